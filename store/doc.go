// Package store is the place of store paths, hashes, archives and derivations,
// and of the stores that hold them. It will know no Nix expressions.
//
// There is no store in it.
package store
