package hash

import "fmt"

// Format is a notation of the bytes of a hash.
type Format uint8

// The formats of builtins.convertHash.
const (
	Base16 Format = iota // lower-case hexadecimal digits
	Nix32                // the base 32 of Nix
	Base64               // RFC 4648, section 4, with padding
	SRI                  // the algorithm, a hyphen and base 64
)

var formats = [...]string{Base16: "base16", Nix32: "nix32", Base64: "base64", SRI: "sri"}

// String returns the name of the format in Nix.
func (f Format) String() string {
	if int(f) >= len(formats) {
		return ""
	}
	return formats[f]
}

// ParseFormat returns the format with the name that Nix has for it. The name
// "base32" stands for [Nix32] and comes with a warning to show to the user.
func ParseFormat(name string) (f Format, warning string, err error) {
	if name == "base32" {
		return Nix32, `"base32" is a deprecated alias for hash format "nix32".`, nil
	}
	for f, s := range formats {
		if s == name {
			return Format(f), "", nil
		}
	}
	return 0, "", fmt.Errorf("unknown hash format '%s', expect 'base16', 'base32', 'base64', or 'sri'", name)
}
