// Package eval is the place of the evaluator: it will turn the trees of parser
// into values, lazily and with the results and messages of Nix.
//
// There is no evaluator in it. What firn does with a file it learns from its
// text alone; eval/builtin describes the builtins for that.
package eval
