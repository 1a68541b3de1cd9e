package path

import "firn/store/hash"

// Placeholder returns what builtins.placeholder does: the string that stands
// for the path of an output in the derivation itself while the path is not
// known. It does not depend on the store directory.
func Placeholder(output string) string {
	return "/" + hash.SumString(hash.SHA256, "nix-output:"+output).Nix32()
}

// Upstream returns the string that stands for an output of another derivation
// whose path is known after a build only, which is the case of content-addressed
// and of deferred ones. If outputs are given in more, the output before each is
// itself a derivation and has the output (experimental feature
// dynamic-derivations).
func Upstream(drv Path, output string, more ...string) string {
	h := hash.SumString(hash.SHA256, "nix-upstream-output:"+drv.HashPart()+":"+OutputName(drv.DrvName(), output))
	for _, output := range more {
		folded := hash.Nix32Encode(hash.Compress(h.Bytes(), 20))
		h = hash.SumString(hash.SHA256, "nix-computed-output:"+folded+":"+output)
	}
	return "/" + h.Nix32()
}
