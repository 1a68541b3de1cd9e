package toml

// entry is a value with the key or the header that says where it belongs.
type entry struct {
	keys        []string
	first, last int // of the key or the header
	value       Value
}

// manner is how a text says where a value belongs.
type manner uint8

const (
	dottedKey manner = iota
	tableHeader
	arrayHeader
)

// insert puts an entry into a table, or into those below that its keys name,
// which it makes if they are missing. For headers it returns the table to which
// the lines under the header belong.
func (p *parser) insert(how manner, t *Table, e entry) (*Table, *fault) {
	last := len(e.keys) - 1
	for _, key := range e.keys[:last] {
		var f *fault
		if t, f = p.descend(how, t, key, e); f != nil {
			return nil, f
		}
	}
	switch how {
	case tableHeader:
		return p.insertTable(t, e.keys[last], e)
	case arrayHeader:
		return p.insertItem(t, e.keys[last], e)
	}
	if old := t.find(e.keys[last]); old != nil {
		return nil, p.clash("toml::insert_value: failed to insert a value, value already exists", e,
			"inserting this", old, "but value already exists")
	}
	t.add(e.keys[last], e.value)
	return nil, nil
}

// descend returns the table, or the latest one of an array, that has such a
// name in t.
func (p *parser) descend(how manner, t *Table, key string, e entry) (*Table, *fault) {
	v := t.find(key)
	switch {
	case v == nil:
		form := implicit
		if how == dottedKey {
			form = dotted
		}
		v = t.add(key, Value{Kind: TableKind, form: form, Table: &Table{}, first: e.first, last: e.last})
		return v.Table, nil
	case v.Kind == TableKind && v.form == inline:
		return nil, p.clash("toml::insert_value: failed to insert a value: inline table is immutable", e,
			"inserting this", v, "to this table")
	case v.Kind == TableKind && how == dottedKey && v.form != dotted:
		return nil, p.clash("toml::insert_value: reopening a table using dotted keys", e,
			"dotted key cannot reopen a table", v, "this table is already closed")
	case v.Kind == TableKind:
		return v.Table, nil
	case !v.isTables():
		return nil, p.clash("toml::insert_value: failed to insert a value, value already exists", e,
			"while inserting this", v, "non-table value already exists")
	case v.form == inline:
		return nil, p.clash("toml::insert_value:inline array of tables are immutable", e,
			"inserting this", v, "inline array of tables")
	case how == dottedKey:
		return nil, p.clash("toml::insert_value:dotted key cannot reopen an array-of-tables", e,
			"inserting this", v, "to this array-of-tables.")
	}
	return v.Items[len(v.Items)-1].Table, nil
}

// insertTable adds the table of a header, or opens one that so far only other
// headers have named.
func (p *parser) insertTable(t *Table, key string, e entry) (*Table, *fault) {
	v := t.find(key)
	if v == nil {
		return t.add(key, e.value).Table, nil
	}
	if v.Kind != TableKind || v.form != implicit {
		return nil, p.clash("toml::insert_value: failed to insert a table, table already defined", e,
			"inserting this", v, "this table is explicitly defined")
	}
	v.form = header
	v.first, v.last = e.first, e.last
	return v.Table, nil
}

// insertItem adds the table of a header to an array.
func (p *parser) insertItem(t *Table, key string, e entry) (*Table, *fault) {
	v := t.find(key)
	switch {
	case v == nil:
		v = t.add(key, Value{Kind: Array, form: header, first: e.first, last: e.last})
	case !v.isTables():
		return nil, p.clash("toml::insert_value: failed to insert an array of tables, value already exists", e,
			"while inserting this", v, "non-table value already exists")
	case v.form == inline:
		return nil, p.clash("toml::insert_value: failed to insert a table, inline array of tables is immutable", e,
			"while inserting this", v, "this is inline array-of-tables")
	}
	v.Items = append(v.Items, e.value)
	return e.value.Table, nil
}

// clash is about an entry that an earlier value does not admit.
func (p *parser) clash(title string, e entry, msg string, old *Value, oldMsg string) *fault {
	return newFault(title, p.between(e.first, e.last), msg).and(p.spotOf(old), oldMsg)
}
