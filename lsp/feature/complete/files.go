package complete

import (
	"io/fs"
	"path/filepath"
	"strings"

	"firn/parser/text"
)

// path lists the files that a path literal can go on with.
func (c *collector) path() {
	typed := c.ctx.Word
	dir, ok := c.opts.World.Absolute(c.src[typed.Start:c.segment()])
	if ok {
		c.directory(dir, "")
	}
}

// segment makes the part of the path at the cursor what is completed and
// returns where it begins.
func (c *collector) segment() uint32 {
	word := c.ctx.Word
	start := word.Start + uint32(strings.LastIndexByte(c.src[word.Start:c.off], '/')+1)
	end := word.End
	if next := strings.IndexByte(c.src[c.off:word.End], '/'); next >= 0 {
		end = c.off + uint32(next)
	}
	c.use(text.Span{Start: start, End: end})
	return start
}

// directory lists the entries of a directory. Files get a suffix.
func (c *collector) directory(dir, suffix string) {
	entries, all, err := c.opts.World.ReadDir(dir)
	if err != nil {
		return // there is no such directory yet, or it may not be read
	}
	if !all {
		c.out.Incomplete = true
	}
	dotted := strings.HasPrefix(c.out.Insert.In(c.src), ".")
	for _, e := range entries {
		if name := e.Name(); isPathName(name) && (dotted || name[0] != '.') {
			c.add(c.entry(dir, e, suffix), local)
		}
	}
}

func (c *collector) entry(dir string, e fs.DirEntry, suffix string) Item {
	if c.opts.World.IsDir(dir, e) {
		// With a slash at its end a path literal is not valid.
		return Item{Label: e.Name() + "/", Kind: Directory, Insert: e.Name(), Again: true}
	}
	item := Item{Label: e.Name(), Kind: File}
	if suffix != "" {
		item.Insert = e.Name() + suffix
	}
	return item
}

// isPathName reports whether a name can be part of a path literal.
func isPathName(name string) bool {
	for i := range len(name) {
		c := name[i]
		if strings.IndexByte("._-+", c) < 0 && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return name != ""
}

// search lists what can stand between angle brackets. What was taken for a
// search path may be a comparison.
func (c *collector) search() {
	closing := ">"
	if strings.HasPrefix(c.src[c.ctx.Word.End:], ">") {
		closing = ""
	}
	typed := c.src[c.ctx.Word.Start:c.off]
	if first, _, nested := strings.Cut(typed, "/"); nested {
		c.below(first, closing)
		return
	}
	c.use(c.ctx.Word)
	for _, e := range c.opts.World.Search {
		switch {
		case e.Prefix == "":
			c.directory(e.Path, closing)
		case !strings.ContainsRune(e.Prefix, '/'):
			c.add(Item{Label: e.Prefix, Kind: Directory, Detail: " " + e.Path, Insert: e.Prefix + closing}, expected)
		}
	}
	if len(c.out.Items) == 0 && c.opts.Trigger == "" {
		c.variables()
	}
}

// below lists the files below an entry of the search path.
func (c *collector) below(first, closing string) {
	world := c.opts.World
	if world.FS == nil {
		return
	}
	root, ok := world.Search.Lookup(world.FS, first)
	if !ok {
		return
	}
	start := c.segment()
	inner := strings.TrimPrefix(c.src[c.ctx.Word.Start:start], first)
	c.directory(filepath.Join(root, inner), closing)
}
