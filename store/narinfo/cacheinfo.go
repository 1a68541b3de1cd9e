package narinfo

import (
	"fmt"
	"strconv"
	"strings"

	"firn/store/path"
)

// CacheInfo is the content of nix-cache-info.
type CacheInfo struct {
	StoreDir      path.Dir // which the objects are for; "" if it is not told
	WantMassQuery bool     // whether the cache likes to be asked for many paths
	Priority      int      // a lower number comes first; 0 if it is not told
}

// CacheInfoName is the name of the file in the cache.
const CacheInfoName = "nix-cache-info"

// ParseCacheInfo reads nix-cache-info. As in Nix lines without a colon and unknown
// keys say nothing.
func ParseCacheInfo(text []byte) (CacheInfo, error) {
	var c CacheInfo
	for line := range strings.SplitSeq(string(text), "\n") {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch key {
		case "StoreDir":
			if !strings.HasPrefix(value, "/") {
				return c, fmt.Errorf("%s: %q is no store directory", CacheInfoName, value)
			}
			c.StoreDir = path.Dir(value)
		case "WantMassQuery":
			c.WantMassQuery = value == "1"
		case "Priority":
			n, err := strconv.ParseInt(value, 10, 32)
			if err != nil {
				return c, fmt.Errorf("%s: the priority %q is no number", CacheInfoName, value)
			}
			c.Priority = int(n)
		}
	}
	return c, nil
}

// Append appends the file to dst. What is not told is left out.
func (c CacheInfo) Append(dst []byte) []byte {
	if c.StoreDir != "" {
		dst = fmt.Appendf(dst, "StoreDir: %s\n", c.StoreDir)
	}
	if c.WantMassQuery {
		dst = append(dst, "WantMassQuery: 1\n"...)
	}
	if c.Priority != 0 {
		dst = fmt.Appendf(dst, "Priority: %d\n", c.Priority)
	}
	return dst
}
