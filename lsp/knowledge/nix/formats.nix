# The formats of configuration files (nixpkgs manual, "pkgs.formats"): what values
# they have. Nothing is written.
{ lib, made }:
let
  inherit (lib) types;

  # A value of atoms, lists and sets of them.
  nested =
    description: atoms:
    let
      value =
        types.nullOr (types.oneOf (atoms ++ [ (types.attrsOf value) (types.listOf value) ]))
        // { inherit description; };
    in
    value;

  scalars = [
    types.bool
    types.int
    types.float
    types.str
    types.path
  ];

  atom = types.nullOr (types.oneOf scalars) // { description = "atom (null, bool, int, float or string)"; };

  format = type: {
    inherit type;
    generate = name: _: made name;
    lib.types.atom = atom;
  };

  whole = description: _: format (nested description scalars);

  maybeList = listed: if listed then types.either atom (types.listOf atom) else atom;

  sections =
    { listsAsDuplicateKeys ? false, listToValue ? null, atomsCoercedToLists ? false, ... }:
    types.attrsOf (types.attrsOf (maybeList (listsAsDuplicateKeys || listToValue != null || atomsCoercedToLists)));
in
{
  json = whole "JSON value";
  yaml = whole "YAML value";
  yaml_1_1 = whole "YAML 1.1 value";
  yaml_1_2 = whole "YAML 1.2 value";
  toml = whole "TOML value";
  cdn = whole "CDN value";
  xml = whole "XML value";
  plist = whole "Property list value";
  nixConf = _: format (types.attrsOf (types.either atom (types.listOf atom)));
  pythonVars = whole "Python value";
  php = whole "PHP value";
  hcl1 = whole "HCL1 value";
  hocon = whole "HOCON value";
  elixirConf = whole "Elixir value";
  libconfig = whole "libconfig value";
  lua = whole "Lua value";

  ini = args: format (sections args);
  iniWithGlobalSection = args: format (types.submodule {
    options = {
      sections = lib.mkOption { type = sections args; default = { }; };
      globalSection = lib.mkOption { type = types.attrsOf atom; default = { }; };
    };
  });
  gitIni = _: format (types.attrsOf (types.attrsOf (types.either (types.either atom (types.listOf atom)) (types.attrsOf (types.either atom (types.listOf atom))))));
  systemd = _: format (sections { listsAsDuplicateKeys = true; });
  keyValue = { listsAsDuplicateKeys ? false, listToValue ? null, ... }: format (types.attrsOf (maybeList (listsAsDuplicateKeys || listToValue != null)));
  javaProperties = _: format (types.attrsOf (types.either types.str types.bool));
}
