# A set of packages that overlays extend, each seeing the one before and the last.
let
  fix = f: let x = f x; in x;
  extend = f: overlay: final: let previous = f final; in previous // overlay final previous;
  base = final: builtins.listToAttrs (builtins.genList (i: { name = "p${toString i}"; value = if i == 0 then 1 else final."p${toString (i - 1)}" + 1; }) 4000);
  window = n: builtins.listToAttrs (builtins.genList (i: { name = "p${toString (n + i)}"; value = null; }) 30);
  overlay = n: final: previous:
    builtins.mapAttrs (name: version: version + final.p3) (builtins.intersectAttrs (window n) previous)
    // { "extra${toString n}" = final."p${toString (n + 1)}"; };
  packages = fix (builtins.foldl' extend base (builtins.genList (i: overlay (i * 3 + 5)) 1000));
in
builtins.foldl' (sum: name: sum + packages.${name}) 0 (builtins.attrNames packages)
