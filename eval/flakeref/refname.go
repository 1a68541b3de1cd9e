package flakeref

import "strings"

// isRefName reports whether a branch or tag can have the name, by the rules of
// git-check-ref-format as libgit2 applies them: as the name of a reference, or
// of one below refs/heads or refs/tags.
func isRefName(s string) bool {
	if s == "@" || strings.ContainsRune(s, 0x7f) {
		return false
	}
	s, _, _ = strings.Cut(s, "\x00") // where C ends it
	if isReference(s) {
		return true
	}
	// The other two differ in what they do not allow at the start, HEAD as a
	// branch, which is a reference anyway.
	return !strings.HasPrefix(s, "-") && isReference("refs/heads/"+s)
}

// isReference reports whether s is the name of a reference in full.
func isReference(s string) bool {
	if s == "" || strings.HasSuffix(s, ".") {
		return false
	}
	parts := strings.Split(s, "/")
	for _, part := range parts {
		if !isRefPart(part) {
			return false
		}
	}
	return isCapital(parts[0]) == (len(parts) == 1)
}

// isRefPart reports whether s can stand between the slashes of a reference.
func isRefPart(s string) bool {
	if s == "" || s[0] == '.' || strings.HasSuffix(s, ".lock") || strings.Contains(s, "..") || strings.Contains(s, "@{") {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || strings.IndexByte(`~^:\?[*`, s[i]) >= 0 {
			return false
		}
	}
	return true
}

// isCapital reports whether s is named like HEAD or FETCH_HEAD, as a reference
// outside of any directory has to be and one inside must not.
func isCapital(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
}
