#!/bin/sh
# Makes parser.c and tree_sitter/parser.h of grammar.js. It needs tree-sitter-cli
# 0.25 or later, as tree-sitter or $TREE_SITTER, and node.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The Go binding links a core that knows ABI 14 at most.
"${TREE_SITTER:-tree-sitter}" generate --abi 14 --output "$out" grammar.js
mkdir -p tree_sitter
cp "$out/parser.c" .
cp "$out/tree_sitter/parser.h" tree_sitter/
