// Package knowledge evaluates what the files of a workspace belong to, and keeps
// it: the options of a system configuration with the values that they have, the
// package set, and what the arguments of each file's function are.
//
// A [Base] finds the entries of a workspace, as configuration.nix, by looking.
// Each becomes a [Root], which is evaluated in the background when somebody first
// asks about a file that it may reach, and again after a change. What was known
// before stays in use until the new is there.
//
// Requests ask through a [View]. They come before work in the background, which
// stops for them and goes on afterwards with nothing lost.
//
// Nothing is built, fetched or run, and nothing is read outside of the workspace,
// the search path and the store.
package knowledge
