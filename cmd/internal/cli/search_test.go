package cli

import (
	"slices"
	"strings"
	"testing"
)

func TestRank(t *testing.T) {
	const description = "A server for logins, OpenSSH's"
	tests := []struct {
		name, words, thing string
		want               int // the best way in which a word is found; 0 for none
	}{
		{"the whole name", "nginx", "nginx", isName},
		{"a part", "nginx", "services.nginx.enable", isPart},
		{"the beginning of a part", "ena", "services.nginx.enable", beginsPart},
		{"within a part", "able", "services.nginx.enable", inName},
		{"case does not count", "hostname", "networking.hostName", isPart},
		{"but a capital does", "hostnAme", "networking.hostName", 0},
		{"initials", "ngxvh", "services.nginx.virtualHosts", inInitials},
		{"a letter left out", "opnssh", "services.openssh.enable", inInitials},
		{"too far apart", "sgnl", "services.nginx.enableReload", 0},
		{"too short for initials", "sne", "services.nginx.enable", 0},
		{"a word of the description", "logins", "services.x", asDescribed},
		{"within a word of the description", "ssh", "services.x", inDescription},
		{"nowhere", "telnet", "services.x", 0},
		{"one of two nowhere", "x telnet", "services.x", 0},
		{"two", "x logins", "services.x", isPart},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			score, ok := newSearch([]string{tt.words}).rank(tt.thing, func() string { return description })
			if ok != (tt.want > 0) || score < tt.want {
				t.Errorf("rank(%q) of %q = %d, %v, want at least %d", tt.words, tt.thing, score, ok, tt.want)
			}
			if len(strings.Fields(tt.words)) == 1 && score >= tt.want+1<<12 {
				t.Errorf("rank(%q) of %q = %d, want it below %d", tt.words, tt.thing, score, tt.want+1<<12)
			}
		})
	}
}

func TestSplitPath(t *testing.T) {
	tests := []struct {
		name, path string
		want       []string
		ok         bool
	}{
		{"nothing", "", nil, true},
		{"names", "a.b", []string{"a", "b"}, true},
		{"a dot behind", "a.b.", []string{"a", "b"}, true},
		{"any name", "users.users.<name>.home", []string{"users", "users", "<name>", "home"}, true},
		{"a dot in quotes", `a."b.c".d`, []string{"a", "b.c", "d"}, true},
		{"a quote in quotes", `"a\"b".c`, []string{`a"b`, "c"}, true},
		{"an empty name", `a.""`, []string{"a", ""}, true},
		{"an element", "a.*.b", []string{"a", "*", "b"}, true},
		{"a quote missing", `a."b`, []string{"a", "b"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := splitPath(tt.path)
			if !slices.Equal(got, tt.want) || ok != tt.ok {
				t.Errorf("splitPath(%q) = %q, %v, want %q, %v", tt.path, got, ok, tt.want, tt.ok)
			}
		})
	}
}

// A table is as wide as the terminal, and what is in it does nothing to that.
func TestTable(t *testing.T) {
	tb := table{width: 40}
	tests := []struct {
		name string
		row  row
		want string
	}{
		{"short", row{name: "a", note: "int", text: "x"}, "a       int       x"},
		{"cut", row{name: "a", note: "int", text: strings.Repeat("x", 50)}, "a       int       " + strings.Repeat("x", 21) + "…"},
		{"wide name", row{name: "abcdefghij", note: "int", text: "x"}, "abcdefghij int    x"},
		{"no note", row{name: "a", text: "x"}, "a                 x"},
		{"escapes", row{name: "a\x1b[31m", note: "i\nnt"}, "a       i nt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tb.line(tt.row, 6, 8); got != tt.want {
				t.Errorf("line = %q, want %q", got, tt.want)
			}
		})
	}
}
