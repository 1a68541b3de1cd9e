# The store path of a tree with a hash, as SRI. Nothing is built.
narHash:
builtins.unsafeDiscardStringContext
  (derivation {
    name = "source";
    builder = "none";
    system = "none";
    outputHashMode = "recursive";
    outputHash = narHash;
  }).outPath
