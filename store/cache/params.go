package cache

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"firn/store/sign"
)

// params are the parameters of a URL (Nix manual, HTTP Binary Cache Store and Local
// Binary Cache Store).
type params struct {
	trusted     bool
	priority    *int  // nil for that of nix-cache-info
	mass        *bool // likewise
	compression string
	level       int
	listing     bool
	keys        []*sign.Secret
}

// ignored are parameters of Nix that firn has no use for.
var ignored = []string{
	"index-debug-info", "local-nar-cache", "log-compression", "ls-compression", "narinfo-compression",
	"parallel-compression", "path-info-cache-size", "system-features", "tls-certificate", "tls-private-key",
}

// usualCompression is that of archives that are written. Nix has xz, which takes
// twenty times as long for a tenth less.
const usualCompression = "zstd"

// parameters reads those of a URL. As in Nix one that is not known has no effect,
// which is said.
func (c *Cache) parameters(q url.Values) (params, error) {
	p := params{compression: usualCompression, level: usualLevel}
	for _, key := range slices.Sorted(maps.Keys(q)) {
		if slices.Contains(ignored, key) {
			continue
		}
		known, err := p.set(key, q.Get(key))
		switch {
		case err != nil:
			return p, fmt.Errorf("parameter '%s': %w", key, err)
		case key == "store" && q.Get(key) != c.o.Dir.String():
			return p, fmt.Errorf("its objects are for '%s', and not for '%s'", q.Get(key), c.o.Dir)
		case !known && key != "store":
			c.warn(fmt.Sprintf("a binary cache has no parameter '%s', so it has no effect", key))
		}
	}
	return p, nil
}

func (p *params) set(key, value string) (known bool, err error) {
	switch key {
	case "trusted":
		p.trusted, err = yes(value)
	case "write-nar-listing":
		p.listing, err = yes(value)
	case "want-mass-query":
		var mass bool
		mass, err = yes(value)
		p.mass = &mass
	case "priority":
		var n int
		n, err = strconv.Atoi(value)
		p.priority = &n
	case "compression":
		p.compression = value
	case "compression-level":
		p.level, err = strconv.Atoi(value)
	case "secret-key":
		err = p.addKey(value)
	case "secret-keys":
		for name := range strings.SplitSeq(value, ",") {
			if err = p.addKey(name); err != nil {
				break
			}
		}
	default:
		return false, nil
	}
	return true, err
}

// yes reads a value as Nix reads those of its settings.
func yes(value string) (bool, error) {
	switch value {
	case "1", "true", "yes":
		return true, nil
	case "0", "false", "no":
		return false, nil
	}
	return false, fmt.Errorf("%q is neither true nor false", value)
}

// addKey adds the secret key in a file, or none if there is no name.
func (p *params) addKey(name string) error {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	key, err := sign.ParseSecret(string(text))
	if err != nil {
		return fmt.Errorf("'%s': %w", name, err)
	}
	p.keys = append(p.keys, key)
	return nil
}
