// Package store has the words in which stores, caches and builders speak of
// store objects and of work on them: [Info], [Source] and [Event].
//
// What Nix keeps outside of its language is in the packages below it. Those of
// formats are pure: package hash has the hashes and their notations, package
// path the store paths and how they are made, package nar the archives of trees,
// and package drv the derivations and their hashes. None of them knows Nix
// expressions, and of the machine they see what a caller hands in.
package store
