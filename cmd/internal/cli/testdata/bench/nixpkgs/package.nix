# The store path of one package.
(import <nixpkgs> { system = "x86_64-linux"; config = { }; overlays = [ ]; }).git.drvPath
