{ a, b ? a, c ? d, d ? args, ... }@args:
args2@{ a, ... }:
e: e': with a; with { z = 1; }; let map = 1; in [ a b c args args2 e e' map z true builtins ]
