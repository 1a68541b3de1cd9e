// Package store is the place of what Nix keeps outside of its language.
//
// Its packages are pure: package hash has the hashes and their notations,
// package path the store paths and how they are made, package nar the archives
// of trees, and package drv the derivations and their hashes. None of them
// knows Nix expressions, and of the machine they see what a caller hands in.
//
// There is no store in it.
package store
