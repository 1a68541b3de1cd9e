package json

// wellFormed returns how many bytes at the begin of s, which does not begin
// with a character, could begin one. Both directions complain about the byte
// after these.
func wellFormed(s string) int {
	size, low, high := sequence(s[0])
	for i := 1; i < size; i++ {
		if i == len(s) || s[i] < low || s[i] > high {
			return i
		}
		low, high = 0x80, 0xbf
	}
	return 0
}

// sequence returns how many bytes a character has whose first byte is c, and
// the bounds of its second byte. It has none if c cannot be a first byte; see
// table 3-7 of the Unicode Standard.
func sequence(c byte) (size int, low, high byte) {
	switch {
	case c >= 0xc2 && c <= 0xdf:
		return 2, 0x80, 0xbf
	case c == 0xe0:
		return 3, 0xa0, 0xbf
	case c == 0xed:
		return 3, 0x80, 0x9f
	case c >= 0xe1 && c <= 0xef:
		return 3, 0x80, 0xbf
	case c == 0xf0:
		return 4, 0x90, 0xbf
	case c >= 0xf1 && c <= 0xf3:
		return 4, 0x80, 0xbf
	case c == 0xf4:
		return 4, 0x80, 0x8f
	}
	return 0, 0, 0
}
