package complete

import (
	"strings"

	"firn/lsp/feature/catalogue"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser/scope"
)

// isPackageSet reports whether a set is that of all packages, of which the
// catalogue tells.
func (c *collector) isPackageSet(v infer.Value) bool {
	if c.opts.Catalogue == nil {
		return false
	}
	for _, name := range []string{"stdenv", "callPackage"} {
		if _, ok := v.Attr(name); !ok {
			return false
		}
	}
	return true
}

// packageItem adds to an item what the catalogue knows of the package.
func (c *collector) packageItem(item Item) Item {
	p, ok := c.opts.Catalogue.Find(item.Label)
	if !ok {
		return item
	}
	return describedBy(item, p)
}

func describedBy(item Item, p catalogue.Package) Item {
	if p.Version != "" {
		item.Detail = " " + p.Version
	}
	if p.Description != "" {
		item.Source = oneLine(p.Description)
	}
	return item
}

// minMentioned is how many characters are looked for in descriptions, and
// maxMentioned how many packages are listed that have them there.
const (
	minMentioned = 3
	maxMentioned = 50
)

// mentioned lists the packages of a set that have what is being typed in their
// descriptions, or whose program is called so.
func (c *collector) mentioned(v infer.Value) {
	typed := c.out.Insert.In(c.src)
	if len(typed) < minMentioned {
		return
	}
	left := maxMentioned
	for _, p := range c.opts.Catalogue.Mentioning(typed) {
		if _, ok := v.Attr(p.Attr); !ok || c.listed(p.Attr) {
			continue
		}
		if left--; left < 0 {
			break
		}
		item := describedBy(Item{Label: p.Attr, Kind: Attribute, Key: keyValue, Filter: typed, score: hidden}, p)
		if name := quoted(p.Attr); name != p.Attr {
			item.Insert = name
		}
		c.out.Items = append(c.out.Items, item)
		// What follows in the description may be another word.
		c.out.Incomplete = true
	}
}

// listed reports whether there is an item with a label already.
func (c *collector) listed(label string) bool { return c.seen[label] && c.fits(label) }

// packageValues lists packages where one is expected that is not in scope, as
// attributes of pkgs.
func (c *collector) packageValues(t *option.Type) {
	typed := c.out.Insert.In(c.src)
	if t.Name != "package" || c.opts.Catalogue == nil || len(typed) < minMentioned-1 || !c.isVisible("pkgs") || len(c.withSets()) > 0 {
		return
	}
	for _, p := range c.opts.Catalogue.Packages {
		if !c.fits(p.Attr) || strings.HasPrefix(p.Attr, "_") {
			continue
		}
		item := describedBy(Item{Label: "pkgs." + quoted(p.Attr), Kind: Value, Filter: p.Attr}, p)
		if score, ok := c.match.Score(p.Attr); ok && !c.seen[item.Label] {
			c.seen[item.Label] = true
			item.score = score + known
			c.out.Items = append(c.out.Items, item)
		}
	}
}

// isVisible reports whether a name means something at the cursor.
func (c *collector) isVisible(name string) bool {
	for _, id := range c.visible(scope.NoSet) {
		if c.info.Name(id) == name {
			return true
		}
	}
	return false
}
