# The names of the packages that the files below a directory mention: as pkgs.NAME,
# or as what they ask mkPackageOption for.
dir:
let
  names =
    path: kind:
    if kind == "directory" then
      inside path
    else if builtins.match ".*[.]nix" path != null then
      map (found: builtins.elemAt found 1) (
        builtins.filter builtins.isList (
          builtins.split ''pkgs([.]| +"| +[[] *")([a-zA-Z_][a-zA-Z0-9_-]*)'' (builtins.readFile path)
        )
      )
    else
      [ ];

  inside =
    path:
    let
      entries = builtins.readDir path;
    in
    builtins.concatMap (name: names (path + "/${name}") entries.${name}) (builtins.attrNames entries);
in
# Each name once.
builtins.attrNames (builtins.listToAttrs (map (name: { inherit name; value = null; }) (inside (toString dir))))
