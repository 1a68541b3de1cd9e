package eval

// longText is a text that is being written. What is written last is in b, and
// goes to the blocks before it now and then, so that a long text is not copied
// each time that it grows.
type longText struct {
	b      []byte
	blocks [][]byte
	size   int // of all blocks
}

const blockSize = 256 << 10

// full begins another block, if this one is full. What is written at once may be
// longer.
func (t *longText) full() {
	if len(t.b) < blockSize {
		return
	}
	t.blocks, t.size = append(t.blocks, t.b), t.size+len(t.b)
	t.b = make([]byte, 0, blockSize+blockSize/4)
}

// len returns the length of the text in bytes.
func (t *longText) len() int { return t.size + len(t.b) }

// bytes returns the text, which nobody writes to any more.
func (t *longText) bytes() []byte {
	all := make([]byte, 0, t.len())
	for _, b := range t.blocks {
		all = append(all, b...)
	}
	return append(all, t.b...)
}
