package action_test

import "testing"

func TestPrefix(t *testing.T) {
	run(t, []test{
		{"remove", "builtins.‸toString 1", "Replace by 'toString'", "toString 1"},
		{"remove, at the prefix", "[ ‸builtins.map ]", "Replace by 'map'", "[ map ]"},
		{"remove from a longer path", "‸builtins.builtins.map", "Replace by 'builtins'", "builtins.map"},
		{"add", "‸toString 1", "Replace by 'builtins.toString'", "builtins.toString 1"},
		{"add where it is selected from", "‸derivation.a or 1", "Replace by 'builtins.derivation'", "builtins.derivation.a or 1"},
		{"add for underscores", "[ ‸__head ]", "Replace by 'builtins.head'", "[ builtins.head ]"},
		{"needs the prefix", "‸builtins.head", "", "Replace"},
		{"bound otherwise", "toString: ‸builtins.toString", "", "Replace"},
		{"with a default", "‸builtins.toString or 1", "", "Replace"},
		{"no builtin", "‸builtins.nothing", "", "Replace"},
		{"builtins is bound", "builtins: ‸map", "", "Replace"},
		{"builtins is bound and selected from", "builtins: ‸builtins.map", "", "Replace"},
		{"variable", "map: ‸map", "", "Replace"},
		{"true", "‸true", "", "Replace"},
		{"an argument in the selection's place", "x: ‸x.map", "", "Replace"},
	})
}
