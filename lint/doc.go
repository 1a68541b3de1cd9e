// Package lint is the place of rules that find more in a file than Nix itself
// objects to: findings with a name, a reason and an edit that mends them.
//
// There are no rules in it. What Nix rejects before it evaluates is found by
// parser and parser/scope.
package lint
