# Attribute sets.
{ lib }:
rec {
  inherit (builtins)
    attrNames
    attrValues
    catAttrs
    getAttr
    hasAttr
    intersectAttrs
    listToAttrs
    mapAttrs
    removeAttrs
    zipAttrsWith
    ;

  # A set if a condition holds, else an empty one.
  optionalAttrs = condition: set: if condition then set else { };

  # A pair for listToAttrs.
  nameValuePair = name: value: { inherit name value; };

  # A list of what a function makes of names and values.
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);

  # The attributes for which a function holds.
  filterAttrs =
    keep: set:
    listToAttrs (
      map (name: nameValuePair name set.${name}) (
        builtins.filter (name: keep name set.${name}) (attrNames set)
      )
    );

  # A set with a name for each of a list, and what a function makes of it.
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);

  # A set whose values and names a function makes.
  mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);

  # The value at a path, or a default.
  attrByPath =
    path: default: set:
    if path == [ ] then
      set
    else
      let
        name = builtins.head path;
      in
      if builtins.isAttrs set && set ? ${name} then
        attrByPath (builtins.tail path) default set.${name}
      else
        default;

  # The value at a path; a failure if there is none.
  getAttrFromPath =
    path: attrByPath path (throw "cannot find attribute '${lib.concatStringsSep "." path}'");

  # A set with a value at a path.
  setAttrByPath =
    path: value: builtins.foldl' (inner: name: { ${name} = inner; }) value (lib.reverseList path);

  # Two sets, with those that are in one another merged.
  recursiveUpdate =
    a: b:
    zipAttrsWith
      (
        _: values:
        if builtins.length values == 1 || !builtins.all builtins.isAttrs values then
          lib.last values
        else
          recursiveUpdate (builtins.head values) (lib.last values)
      )
      [
        a
        b
      ];

  # Calls a function with all that is no set to be entered.
  mapAttrsRecursiveCond =
    enter: f:
    let
      go =
        path: set:
        mapAttrs (
          name: value:
          let
            here = path ++ [ name ];
          in
          if builtins.isAttrs value && enter value then go here value else f here value
        ) set;
    in
    go [ ];

  # The values of a nested set for which a function holds.
  collect =
    wanted: set:
    if wanted set then
      [ set ]
    else if builtins.isAttrs set then
      builtins.concatMap (collect wanted) (attrValues set)
    else
      [ ];

  # Whether something is a derivation.
  isDerivation = x: x.type or null == "derivation";

  # The output `bin` of a package, or all of it.
  getBin = package: package.bin or package;

  # The path of the main program of a package.
  getExe = package: "${getBin package}/bin/${package.meta.mainProgram or package.pname}";
}
