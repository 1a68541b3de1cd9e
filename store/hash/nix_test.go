package hash

import (
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

var nix = flag.String("nix", "", "a nix-instantiate of Nix 2.20 or later to compare hashes with")

// evaluate returns what the Nix under test makes of an expression as JSON, and
// what it says.
func evaluate(t *testing.T, expr string) (stdout, stderr string) {
	t.Helper()
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names one")
	}
	cmd := exec.Command(*nix, "--eval", "--strict", "--json", "--extra-experimental-features", "blake3-hashes nix-command", "-E", expr)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && errs.Len() == 0 {
		t.Fatal(err)
	}
	return out.String(), errs.String()
}

// TestNixConverts compares every conversion of some hashes with
// builtins.convertHash.
func TestNixConverts(t *testing.T) {
	var exprs, want []string
	for a := MD5; a <= BLAKE3; a++ {
		for n := range 8 {
			h := Sum(a, make([]byte, n))
			exprs = append(exprs, fmt.Sprintf(`(builtins.hashString %q (builtins.substring 0 %d "xxxxxxxx"))`, a, n))
			want = append(want, SumString(a, strings.Repeat("x", n)).Hex())
			for from := Base16; from <= SRI; from++ {
				for to := Base16; to <= SRI; to++ {
					exprs = append(exprs, fmt.Sprintf("(builtins.convertHash { hash = %q; toHashFormat = %q; })", h.WithAlgo(from), to))
					want = append(want, h.Encode(to))
				}
			}
		}
	}
	stdout, stderr := evaluate(t, "["+strings.Join(exprs, " ")+"]")
	var got []string
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err, stderr)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s = %s, want %s", exprs[i], want[i], got[i])
		}
	}
	t.Logf("%d hashes compared", len(want))
}

// TestNixErrors compares the messages of errors with those of
// builtins.convertHash.
func TestNixErrors(t *testing.T) {
	for _, c := range parseErrors {
		algo := ""
		if c.algo != None {
			algo = fmt.Sprintf("hashAlgo = %q;", c.algo)
		}
		_, stderr := evaluate(t, fmt.Sprintf(`builtins.convertHash { hash = %q; toHashFormat = "sri"; %s }`, c.s, algo))
		if !strings.Contains(stderr, "error: "+c.want+"\n") {
			t.Errorf("%s: the error is %q, want %q", c.name, stderr, c.want)
		}
	}
}
