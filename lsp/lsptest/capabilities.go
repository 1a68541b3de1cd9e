package lsptest

import (
	_ "embed" // for the capabilities
	"encoding/json"
	"fmt"
)

//go:embed capabilities.json
var capabilitiesJSON []byte

// defaultCapabilities returns those of a client that can do all that firn makes
// use of. It does not pull diagnostics: whoever pulls is not pushed any.
func defaultCapabilities() map[string]any {
	var out map[string]any
	if err := json.Unmarshal(capabilitiesJSON, &out); err != nil {
		panic(fmt.Sprintf("capabilities.json: %v", err))
	}
	return out
}
