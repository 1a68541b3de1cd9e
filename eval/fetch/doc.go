// Package fetch brings files and trees from elsewhere for evaluations: over HTTP,
// from what hands out the commits of repositories as archives, from repositories of
// Git, and of flakes the meaning that registries give them.
//
// What was fetched stays in a directory, by the hash of what it is, and so is not
// fetched twice:
//
//	tree/HASH        a tree, by the hash of its archive
//	file/HASH        a file, by its hash
//	git/HASH         a repository without a working tree, by the hash of its URL
//	answer/HASH.json what was there for a request, and when
//	store/NAME       a link to the tree that has this name in the store of Nix
//
// Hashes are in base 32 as in store paths. Nothing that was fetched is executed:
// there are no hooks, filters or configuration of a repository, and no program is
// started.
//
// What the attributes of inputs mean, and which request is sent where, are facts of
// Nix (manual, "builtins.fetchTree" and "nix3-flake"; src/libfetchers).
package fetch
