package version

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	nix   = flag.String("nix", "", "a nix-instantiate to compare with")
	pairs = flag.Int("count-nix", 4000, "how many pairs of versions to compare with -nix")
)

// answer is what Nix says about two strings.
type answer struct {
	Order   int
	Parts   []string
	Name    string
	Version string
}

func TestAgainstNix(t *testing.T) {
	if *nix == "" {
		t.Skip("no Nix to compare with; -nix=PATH names one")
	}
	const batch = 2000
	for done := 0; done < *pairs; done += batch {
		in := make([][2]string, batch)
		for i := range in {
			in[i] = [2]string{random(), random()}
		}
		for i, want := range ask(t, in) {
			a, b := in[i][0], in[i][1]
			got := answer{Order: Compare(a, b), Parts: Split(a)}
			got.Name, got.Version = ParseName(a)
			if got.Order != want.Order || !slices.Equal(got.Parts, want.Parts) || got.Name != want.Name || got.Version != want.Version {
				t.Errorf("for %q and %q: got %+v, want %+v", a, b, got, want)
			}
		}
	}
}

// random returns a string of pieces that mean something in a version.
func random() string {
	pieces := []string{
		".", "-", ".", "-", "0", "1", "2", "9", "10", "01", "214748364", "2147483647", "2147483648", "99999999999999999999",
		"pre", "a", "b", "Z", "rc", "_", "+", "é", " ", "[", "@", "`", "{", "/", ":", "p", "re",
	}
	var b strings.Builder
	for range rand.IntN(7) {
		b.WriteString(pieces[rand.IntN(len(pieces))])
	}
	return b.String()
}

func ask(t *testing.T, in [][2]string) []answer {
	var src strings.Builder
	src.WriteString("map (p: let a = builtins.head p; n = builtins.parseDrvName a; in { " +
		"order = builtins.compareVersions a (builtins.elemAt p 1); parts = builtins.splitVersion a; inherit (n) name version; }) [")
	for _, p := range in {
		src.WriteString("[" + strconv.Quote(p[0]) + " " + strconv.Quote(p[1]) + "]\n")
	}
	src.WriteString("]")
	cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "--json", "-")
	cmd.Stdin = strings.NewReader(src.String())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}
