package option

import "testing"

func TestSummary(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a paragraph", "\nOne line,\nand another.\n\nA paragraph.", "One line, and another."},
		{"DocBook", "<para>Set <option>a.b</option>.</para>\n<para>More.</para>", "Set `a.b`."},
		{"roles", "Set {option}`a.b`.", "Set `a.b`."},
		{"nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Summary(tt.text); got != tt.want {
				t.Errorf("Summary(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}
