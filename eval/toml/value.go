package toml

// value reads a value at the position. After a fault, the position is where
// toml11 leaves it.
func (p *parser) value() (Value, *fault) {
	switch c := p.cur(); c {
	case '"', '\'':
		start := p.pos
		text, f := p.stringValue()
		return Value{Kind: String, Text: text, first: start, last: p.pos}, f
	case '[':
		return p.array()
	case '{':
		return p.inlineTable()
	case 't', 'f':
		return p.boolean()
	case 'T':
		return Value{}, p.notLower("true", "true or false")
	case 'F':
		return Value{}, p.notLower("false", "true or false")
	case 'i', 'n', 'I', 'N':
		return p.floatWord(c)
	}
	return p.number()
}

func (p *parser) boolean() (Value, *fault) {
	for _, word := range []string{"true", "false"} {
		if p.hasAt(p.pos, word) {
			return p.found(Value{Kind: Bool, Bool: word == "true"}, p.pos+len(word)), nil
		}
	}
	return Value{}, newFault("toml::parse_boolean: invalid boolean: boolean must be `true` or `false`, in lowercase. string must be surrounded by `\"`",
		p.at(p.pos), "expected true or false")
}

// floatWord reads the float that begins with such a letter.
func (p *parser) floatWord(c byte) (Value, *fault) {
	word := "inf"
	if c|0x20 == 'n' {
		word = "nan"
	}
	if p.hasAt(p.pos, word) {
		return p.float(p.pos + len(word))
	}
	return Value{}, p.notLower(word, "from `1` to `9` or digit [0-9] or inf or nan")
}

// notLower is about something that may have been meant as such a word.
func (p *parser) notLower(word, expected string) *fault {
	return newFault("toml::parse_value: `"+word+"` must be in lowercase. A string must be surrounded by quotes.",
		p.at(p.pos), "expected "+expected)
}

// array reads an array in brackets.
func (p *parser) array() (Value, *fault) {
	if !p.enter(1) {
		return Value{}, newFault("", p.at(p.pos), "")
	}
	defer p.leave(1)
	v := Value{Kind: Array, first: p.pos}
	known := len(p.faults)
	p.pos++
	p.spacer()
	for comma := true; !p.atEnd() && p.cur() != ']'; {
		if !comma {
			return Value{}, newFault("toml::parse_array: expected value-separator `,` or closing `]`", p.at(p.pos), "here")
		}
		item, f := p.value()
		if f != nil {
			p.report(f)
			if !p.skipItem() {
				break
			}
			continue
		}
		v.Items = append(v.Items, item)
		comma = p.separator()
	}
	if p.cur() != ']' {
		return Value{}, newFault("toml::parse_array: missing closing bracket `]`", p.at(p.pos), "expected `]`, reached EOF")
	}
	p.pos++
	v.last = p.pos
	if len(p.faults) > known {
		return Value{}, p.faults[len(p.faults)-1] // toml11 shows it again
	}
	return v, nil
}

// separator passes what comes after an item of an array, and says whether there
// is a comma.
func (p *parser) separator() (comma bool) {
	p.spacer()
	comma = p.accept(',')
	if _, f := p.comment(); f != nil {
		p.report(f)
	}
	if comma {
		p.spacer()
	}
	return comma
}

// inlineTable reads a table in braces, which is in one line.
func (p *parser) inlineTable() (Value, *fault) {
	if !p.enter(1) {
		return Value{}, newFault("", p.at(p.pos), "")
	}
	defer p.leave(1)
	v := Value{Kind: TableKind, first: p.pos, Table: &Table{}}
	known := len(p.faults)
	p.pos = p.blanks(p.pos + 1)
	if f := p.inlineEntries(v.Table); f != nil {
		return Value{}, f
	}
	if p.cur() != '}' {
		return Value{}, newFault("toml::parse_inline_table: missing closing bracket `}`", p.at(p.pos), "expected `}`, reached line end")
	}
	p.pos++
	v.last = p.pos
	if len(p.faults) > known {
		return Value{}, p.takeBack()
	}
	return v, nil
}

// inlineEntries reads up to the closing brace, if it can.
func (p *parser) inlineEntries(t *Table) *fault {
	comma := false
	for first := true; !p.atEnd(); first = false {
		switch {
		case p.cur() == '}' && comma:
			return newFault("toml::parse_inline_table: trailing comma is not allowed in TOML-v1.0.0)", p.at(p.pos), "here")
		case p.cur() == '}':
			return nil
		case !comma && !first:
			return newFault("toml::parse_inline_table: expected value-separator `,` or closing `}`", p.at(p.pos), "here")
		}
		e, f := p.pair()
		if f != nil {
			p.report(f)
			p.skipTo("}\n")
			return nil
		}
		if _, f := p.insert(dottedKey, t, e); f != nil {
			p.report(f)
			p.skipTo(",\n}")
			comma = p.cur() == ','
			continue
		}
		p.pos = p.blanks(p.pos)
		comma = p.accept(',')
		p.pos = p.blanks(p.pos)
	}
	return nil
}
