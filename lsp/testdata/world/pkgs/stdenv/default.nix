# What packages are made with. Nothing here can be built.
{
  lib,
  config,
  system,
}:
let
  # Where an attribute of a package is written, for meta.position.
  positionOf =
    attrs:
    let
      named = lib.filter (name: attrs ? ${name}) [
        "pname"
        "name"
      ];
      pos = if named == [ ] then null else builtins.unsafeGetAttrPos (lib.head named) attrs;
    in
    lib.optionalAttrs (pos != null) { position = "${pos.file}:${toString pos.line}"; };

  # What keeps a package from being used, or null.
  refusal =
    name: meta:
    let
      licenses = lib.flatten (meta.license or [ ]);
    in
    if meta.broken or false && !(config.allowBroken or false) then
      "Package ‘${name}’ is marked as broken, refusing to evaluate."
    else if meta.knownVulnerabilities or [ ] != [ ] then
      "Package ‘${name}’ is marked as insecure, refusing to evaluate."
    else if lib.any (l: !(l.free or true)) licenses && !(config.allowUnfree or false) then
      "Package ‘${name}’ has an unfree license (‘${(lib.head licenses).shortName}’), refusing to evaluate."
    else
      null;

  mkDerivation =
    attrs:
    if lib.isFunction attrs then
      let
        final = attrs (final // { finalPackage = make attrs final; });
      in
      make attrs final
    else
      make (_: attrs) attrs;

  make =
    recipe: attrs:
    let
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      meta =
        positionOf attrs
        // {
          inherit name;
          available = refusal name (attrs.meta or { }) == null;
        }
        // attrs.meta or { };
      why = refusal name meta;
      drv = builtins.derivation (
        removeAttrs attrs [
          "meta"
          "passthru"
        ]
        // {
          inherit name system;
          builder = "/bin/sh";
        }
      );
      guarded = if why == null then lib.id else throw why;
    in
    drv
    // {
      inherit meta;
      drvPath = guarded drv.drvPath;
      outPath = guarded drv.outPath;
      passthru = attrs.passthru or { };
      overrideAttrs =
        change:
        mkDerivation (
          final:
          let
            prev = recipe final;
          in
          prev // (if lib.isFunction (change prev) then change final prev else change prev)
        );
    }
    // attrs.passthru or { };
in
{
  inherit mkDerivation;
  hostPlatform = {
    inherit system;
    isLinux = lib.hasSuffix "-linux" system;
    isDarwin = lib.hasSuffix "-darwin" system;
  };
  isLinux = lib.hasSuffix "-linux" system;
}
