package flake

import (
	"context"
	"fmt"
	"strings"
	"time"

	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// Input is what a lock file says of an input.
type Input struct {
	URL          string // as the flake has it
	Rev          string // the commit
	LastModified int64  // in seconds since 1970; 0 if that is not known
	NarHash      string // of the tree
	Place        string // the directory in which it is on this machine, "" if it is not
}

// Lock returns what is known of the input at a path of names, and false if there is
// none in the lock file.
type Lock func(path []string) (Input, bool)

// Hover describes what a node of a flake names: an input with what the lock file says,
// or an attribute of the schema. It is "" for other nodes. Now is when it is.
func Hover(info *scope.Info, n parser.Node, lock Lock, now time.Time) string {
	path := PathAt(info, n)
	if names := InputAt(info, n); names != nil && (path == nil || len(inputOf(path))*2 == len(path)) {
		in, ok := lock(names)
		if !ok {
			return markup.Join(markup.Nix("inputs."+option.Path(names)), "The lock file does not have this input.")
		}
		return in.markdown(names, now)
	}
	if path == nil {
		return ""
	}
	if o := option.At(context.Background(), Schema(), path).Option(context.Background()); o != nil {
		return o.Markdown()
	}
	return ""
}

func (in Input) markdown(names []string, now time.Time) string {
	changed := ""
	if in.LastModified > 0 {
		t := time.Unix(in.LastModified, 0).UTC()
		changed = t.Format("2006-01-02 15:04 MST") + ", " + Age(t, now)
	}
	var facts []string
	for _, f := range []struct{ name, value string }{
		{"From", quoted(in.URL)}, {"Commit", quoted(in.Rev)}, {"Changed last", changed}, {"Hash", quoted(in.NarHash)}, {"Here", quoted(in.Place)},
	} {
		if f.value != "" {
			facts = append(facts, f.name+": "+f.value)
		}
	}
	if in.Place == "" {
		facts = append(facts, "It is not on this machine; `nix flake archive` fetches it.")
	}
	return markup.Join(markup.Nix("inputs."+option.Path(names)), strings.Join(facts, "  \n"))
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return markup.Code(s)
}

// Age says how long ago something was.
func Age(then, now time.Time) string {
	const day = 24 * time.Hour
	d := now.Sub(then)
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{365 * day, "year"}, {30 * day, "month"}, {7 * day, "week"}, {day, "day"}, {time.Hour, "hour"}} {
		if n := int(d / u.unit); n > 0 {
			if n > 1 {
				u.name += "s"
			}
			return fmt.Sprintf("%d %s ago", n, u.name)
		}
	}
	return "just now"
}
