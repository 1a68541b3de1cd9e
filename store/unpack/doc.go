// Package unpack lays out archives as directories, as the fetchers of Nix do:
// tar, plain or compressed with gzip, bzip2, xz or zstd, and zip. What an archive
// is, its first bytes tell.
//
// Of a file its content counts, and whether its owner may execute it. A path is
// taken as it is written, from the top of the tree: ".." does not leave it, and
// nothing is written through a symbolic link. A later entry takes the place of an
// earlier one, but not of a directory that has something in it.
package unpack
