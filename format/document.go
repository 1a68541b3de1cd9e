package format

import "slices"

// writer makes a document: elements are appended to a list, which a group takes
// what was appended meanwhile from.
type writer struct {
	*room
	fixer fixer
	list  []element
	level int32
	off   int32
}

func (w *writer) put(kind elementKind, s string) {
	if s != "" || kind == indentedText || kind == disableText {
		w.list = append(w.list, element{kind: kind, level: w.level, off: w.off, text: s, width: textWidth(s)})
	}
}

func (w *writer) text(s string) { w.put(plainText, s) }

func (w *writer) space(kind elementKind) { w.list = append(w.list, element{kind: kind}) }

func (w *writer) group(kind elementKind, body func()) {
	from := len(w.list)
	body()
	inner := w.fixer.fix(w.list[from:])
	w.list = append(w.list[:from], w.room.group(kind, inner))
}

// capture returns what body appends instead of appending it.
func (w *writer) capture(body func()) []element {
	from := len(w.list)
	body()
	inner := w.clone(w.list[from:])
	w.list = w.list[:from]
	return inner
}

// nest makes the texts of body belong to a deeper level.
func (w *writer) nest(body func()) {
	w.level++
	body()
	w.level--
}

// offset puts the texts of body so many blanks to the right, where they begin a
// line.
func (w *writer) offset(n int32, body func()) {
	w.off += n
	body()
	w.off -= n
}

// surround puts a space before and behind body.
func (w *writer) surround(kind elementKind, body func()) {
	w.space(kind)
	body()
	w.space(kind)
}

// trivium writes something between tokens.
func (w *writer) trivium(t *trivium) {
	switch t.kind {
	case emptyLine:
		w.space(blankLine)
	case lineComment:
		w.put(commentText, "#"+t.text)
		w.space(hardLine)
	case annotation:
		w.put(commentText, "/* "+t.text+" */")
		w.space(hardSpace)
	case disable:
		w.put(disableText, "")
	case enable:
		w.put(verbatimText, t.text)
		w.space(hardLine)
	case loneEnable:
		w.put(commentText, "/*nixfmt:enable*/")
		w.space(hardLine)
	case disabledRest:
		w.put(restText, t.text)
	case blockComment, docComment:
		w.block(t)
	}
}

func (w *writer) block(t *trivium) {
	const indent = 2
	open := "/*"
	if t.kind == docComment {
		open = "/**"
	}
	w.put(commentText, open)
	w.space(hardLine)
	w.offset(indent, func() {
		for _, l := range t.lines {
			if l == "" {
				w.space(blankLine)
				continue
			}
			w.put(commentText, l)
			w.space(hardLine)
		}
	})
	w.put(commentText, "*/")
	w.space(hardLine)
}

// trivia writes what comes before a token.
func (w *writer) trivia(list []trivium) {
	if len(list) == 0 {
		return
	}
	if len(list) > 1 || list[0].kind != annotation {
		w.space(hardLine)
	}
	for i := range list {
		w.trivium(&list[i])
	}
}

func (w *writer) trail(s string) {
	if s != "" {
		w.space(hardSpace)
		w.put(trailingText, "# "+s)
		w.space(hardLine)
	}
}

func (w *writer) token(t *token) { w.tokenAs(t, func() { w.text(t.text) }) }

// tokenAs writes a token whose text body writes.
func (w *writer) tokenAs(t *token, body func()) {
	w.trivia(t.lead())
	body()
	w.trail(t.trail())
}

// lift moves the comment behind a token before it.
func (t *token) lift() {
	if s := t.trail(); s != "" {
		t.setLead(append(slices.Clip(t.lead()), trivium{kind: lineComment, text: " " + s}))
		t.setTrail("")
	}
}

// items writes elements of a list or set with a space between.
func (w *writer) items(list []item, between elementKind, one func(*item)) {
	for i := range list {
		it := &list[i]
		if it.isComment() {
			w.comments(it.comments, i+1 < len(list) && !list[i+1].isComment())
			if i+1 < len(list) && !endsInAnnotation(it.comments, &list[i+1]) {
				w.space(between)
			}
			continue
		}
		w.group(plainGroup, func() { one(it) })
		if i+1 < len(list) {
			w.space(between)
		}
	}
}

// comments writes those before an element, or others.
func (w *writer) comments(list []trivium, beforeElement bool) {
	if n := len(list) - 1; beforeElement && list[n].kind == annotation {
		w.trivia(list[:n])
		w.trivium(&list[n])
		w.space(hardSpace)
		return
	}
	w.trivia(list)
}

func endsInAnnotation(list []trivium, next *item) bool {
	return !next.isComment() && list[len(list)-1].kind == annotation
}

func onlyComments(items []item) bool {
	return len(items) > 0 && !slices.ContainsFunc(items, func(it item) bool { return !it.isComment() })
}
