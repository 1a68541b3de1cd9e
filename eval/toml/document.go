package toml

// document reads the whole text.
func (p *parser) document() Value {
	root := Value{Kind: TableKind, form: header, Table: &Table{}}
	p.topComments()
	p.entries(root.Table)
	for !p.atEnd() {
		p.spacer()
		switch {
		case p.section(arrayHeader, root.Table):
		case p.section(tableHeader, root.Table):
		default:
			p.badHeading()
		}
	}
	return root
}

// topComments looks at the comments at the begin of the text. If something else
// follows at once, they are read again with it, and so are their faults.
func (p *parser) topComments() {
	start := p.pos
	for !p.atEnd() {
		found, f := p.comment()
		switch {
		case f != nil:
			p.report(f)
			p.skipComments()
		case !found:
			if end := p.newlineEnd(p.blanks(p.pos)); end >= 0 {
				p.pos = end
			} else {
				p.goBack(start)
			}
			return
		}
	}
}

// entries reads the lines up to the next header into a table.
func (p *parser) entries(t *Table) {
	known := len(p.faults)
	f := p.lines(t)
	if f == nil {
		if len(p.faults) == known {
			return
		}
		f = p.takeBack()
	}
	p.report(f)
	p.skipToHeading()
}

func (p *parser) lines(t *Table) *fault {
	newline := true
	for !p.atEnd() {
		start := p.pos
		newline = p.spacer() || newline
		if p.atEnd() {
			return nil
		}
		if p.cur() == '[' {
			p.goBack(start)
			return nil
		}
		if !newline {
			return newFault("toml::parse_table: newline (LF / CRLF) or EOF is expected", p.at(p.pos), "here")
		}
		newline = p.line(t)
	}
	return nil
}

// line reads an entry and the rest of its line. It says whether it has seen the
// end of the line, which it does only with a comment.
func (p *parser) line(t *Table) (newline bool) {
	e, f := p.pair()
	if f != nil {
		p.report(f)
		p.skipPair()
		return false
	}
	newline, f = p.comment()
	if f != nil {
		p.report(f)
	}
	if _, f := p.insert(dottedKey, t, e); f != nil {
		p.report(f)
	}
	return newline
}

// section reads a header of such a kind and the table under it.
func (p *parser) section(how manner, root *Table) (found bool) {
	e, found := p.heading(how)
	if !found {
		return false
	}
	if !p.enter(len(e.keys)) {
		return true
	}
	defer p.leave(len(e.keys))
	if f := p.afterHeading(); f != nil {
		p.report(f)
		p.skipToHeading()
		return true
	}
	t, f := p.insert(how, root, e)
	if f != nil {
		p.report(f)
		t = &Table{} // for the faults of what follows
	}
	p.entries(t)
	return true
}

// heading reads a header of such a kind, but not the rest of its line. If a key
// in it is malformed, the position stays behind that key.
func (p *parser) heading(how manner) (e entry, found bool) {
	open, closing := "[", "]"
	if how == arrayHeader {
		open, closing = "[[", "]]"
	}
	end, missing := p.header(p.pos, open, closing)
	if missing != "" {
		return entry{}, false
	}
	e.first, e.last = p.pos, end
	p.pos = p.blanks(p.pos + len(open))
	keys, f := p.keys()
	if f != nil {
		return entry{}, false
	}
	p.pos = end
	e.keys = keys
	e.value = Value{Kind: TableKind, form: header, Table: &Table{}, first: e.first, last: e.last}
	return e, true
}

// afterHeading reads the rest of a line with a header.
func (p *parser) afterHeading() *fault {
	found, f := p.comment()
	if f != nil || found {
		return f
	}
	p.pos = p.blanks(p.pos)
	if p.atEnd() {
		return nil
	}
	end := p.newlineEnd(p.pos)
	if end < 0 {
		return newFault("toml::parse_file: newline (or EOF) expected", p.at(p.pos), "expected 0x0a(LINE FEED) or \r\n")
	}
	p.pos = end
	return nil
}

// badHeading is about what is not a header where one has to be.
func (p *parser) badHeading() {
	title, open, closing := "toml::parse_file: invalid table key", "[", "]"
	if p.hasAt(p.pos, "[[") {
		title, open, closing = "toml::parse_file: invalid array-table key", "[[", "]]"
	}
	at, missing := p.header(p.pos, open, closing)
	p.report(newFault(title, p.at(at), "expected "+missing))
	p.skipToHeading()
}

// pair reads a key and its value.
func (p *parser) pair() (e entry, f *fault) {
	e.first = p.pos
	e.keys, f = p.keys()
	if f != nil {
		p.goBack(e.first)
		return e, f
	}
	e.last = p.pos
	equals := p.blanks(p.pos)
	if p.byteAt(equals) != '=' {
		p.goBack(e.first)
		return e, newFault("toml::parse_key_value_pair: invalid key value separator `=`", p.at(equals), "expected =")
	}
	p.pos = p.blanks(equals + 1)
	if !p.enter(len(e.keys) - 1) {
		return e, newFault("", p.at(p.pos), "")
	}
	e.value, f = p.value()
	p.leave(len(e.keys) - 1)
	return e, f
}

// keys reads a key, of which dots separate the parts.
func (p *parser) keys() ([]string, *fault) {
	var keys []string
	for {
		key, f := p.key()
		if f != nil {
			return nil, f
		}
		keys = append(keys, key)
		dot := p.blanks(p.pos)
		if p.byteAt(dot) != '.' {
			return keys, nil
		}
		p.pos = p.blanks(dot + 1)
	}
}

func (p *parser) key() (string, *fault) {
	if c := p.cur(); c == '"' || c == '\'' {
		return p.quoted()
	}
	end := p.bareKeyEnd(p.pos)
	if end < 0 {
		return "", newFault("toml::parse_simple_key: invalid key: key must be \"quoted\", 'quoted-literal', or bare key.",
			p.at(p.pos), "expected alpha [a-zA-Z], digit [0-9], -, or _").
			hinted("Hint: non-ASCII scripts are allowed in toml v1.1.0, but not in v1.0.0.\n")
	}
	key := p.s[p.pos:end]
	p.pos = end
	return key, nil
}
