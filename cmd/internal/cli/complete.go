package cli

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
)

// completion returns what a shell completes an argument with: the names below the
// path that is there already. What cannot be evaluated completes nothing.
func (c *subject) completion(names func(*cobra.Command, *knowledge.State, []string) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		const how = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		cmd.SetErr(io.Discard)
		path, begun := "", word
		if i := strings.LastIndexByte(word, '.'); i >= 0 {
			path, begun = word[:i+1], word[i+1:]
		}
		steps, ok := splitPath(path)
		if !ok {
			return nil, how
		}
		e, err := c.find(cmd)
		if err != nil {
			return nil, how
		}
		k, err := c.load(cmd, e)
		if err != nil {
			return nil, how
		}
		var list []string
		for _, name := range names(cmd, k, steps) {
			if name = option.Path([]string{name}); strings.HasPrefix(name, begun) {
				list = append(list, path+name)
			}
		}
		return list, how
	}
}

// optionNames returns the names of options and sets of options below a path.
func optionNames(cmd *cobra.Command, k *knowledge.State, path []string) []string {
	view := option.NewView(cmd.Context(), k.Options())
	return view.Names(view.At(path...))
}

// packageNames returns the names in a set of packages.
func packageNames(cmd *cobra.Command, k *knowledge.State, path []string) []string {
	return namesBelow(cmd, k, "pkgs", path)
}

// namesBelow returns the names at a path below what modules are called with.
func namesBelow(cmd *cobra.Command, k *knowledge.State, root string, path []string) []string {
	v, ok := k.Argument(cmd.Context(), root)
	for i := 0; ok && i < len(path); i++ {
		v, ok = v.Attr(path[i])
	}
	if !ok {
		return nil
	}
	return v.Names()
}

// explainedNames returns the names that can be explained below a path.
func explainedNames(cmd *cobra.Command, k *knowledge.State, path []string) []string {
	if len(path) > 0 && (path[0] == "pkgs" || path[0] == "lib") {
		return namesBelow(cmd, k, path[0], path[1:])
	}
	if len(path) > 0 && (path[0] == "options" || path[0] == "config") {
		return optionNames(cmd, k, path[1:])
	}
	return append(optionNames(cmd, k, path), packageNames(cmd, k, path)...)
}
