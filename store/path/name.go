package path

import (
	"errors"
	"fmt"
	"strings"

	"firn/store/hash"
)

// MaxNameLen is the length of the longest name. With a hash part and ".lock" it
// still fits into 255 bytes.
const MaxNameLen = 211

// nameBytes has the bytes that names are made of.
var nameBytes = func() (t [256]bool) {
	for _, c := range []byte("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=") {
		t[c] = true
	}
	return t
}()

// CheckName returns an error unless name can be the name of a store path: 1 to
// [MaxNameLen] letters, digits and "+-._?=", whose part before the first hyphen
// is neither "." nor "..".
func CheckName(name string) error {
	if name == "" {
		return errors.New("name must not be empty")
	}
	if len(name) > MaxNameLen {
		return fmt.Errorf("name '%s' must be no longer than %d characters", name, MaxNameLen)
	}
	if name[0] == '.' {
		if err := checkDots(name); err != nil {
			return err
		}
	}
	for i := range len(name) {
		if !nameBytes[name[i]] {
			return fmt.Errorf("name '%s' contains illegal character '%s'", name, name[i:i+1])
		}
	}
	return nil
}

func checkDots(name string) error {
	first, _, hasDash := strings.Cut(name, "-")
	switch {
	case first != "." && first != "..":
		return nil
	case hasDash:
		return fmt.Errorf("name '%s' is not valid: first dash-separated component must not be '%s'", name, first)
	}
	return fmt.Errorf("name '%s' is not valid", name)
}

// checkBase returns an error unless base is a hash part, a hyphen and a name.
// Nix 2.34 does not look at the hyphen; those after it do.
func checkBase(base string) error {
	if len(base) < HashLen+1 {
		return fmt.Errorf("'%s' is too short to be a valid store path", base)
	}
	if base[HashLen] != '-' {
		return fmt.Errorf("'%s' can't name a store path because the hash part is not followed by a '-'", base)
	}
	for i := range HashLen {
		if !hash.IsNix32(base[i]) {
			return fmt.Errorf("store path '%s' contains illegal base-32 character '%s'", base, base[i:i+1])
		}
	}
	if err := CheckName(base[HashLen+1:]); err != nil {
		return badName(base, err)
	}
	return nil
}

func badName(base string, err error) error {
	return fmt.Errorf("path '%s' is not a valid store path: %w", base, err)
}

// OutputName returns the name of the store path of a derivation's output: that
// of the derivation, with the output's behind it unless that is "out".
func OutputName(drvName, output string) string {
	if output == "out" {
		return drvName
	}
	return drvName + "-" + output
}
