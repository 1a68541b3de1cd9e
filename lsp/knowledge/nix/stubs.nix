# A package set that stands in where nixpkgs has none, or has one that is too old
# for the modules that are evaluated with it. It has a library, which must be there,
# what modules ask of packages while they declare options, and the packages of an
# older set, if there is any. names are of packages that modules mention.
{ nixpkgs, libraries, names ? [ ] }:
let
  find = import ./find.nix;

  # Modules of 2022 and later are of a class.
  isNew = place: (builtins.functionArgs ((import place).evalModules or ({ }: { }))) ? class;

  place = find.firstWith isNew (builtins.filter (p: p != null && builtins.pathExists (p + "/default.nix")) libraries);

  lib =
    if place == null then
      throw "no library of nixpkgs is found that is of 2022 or later; add it to the search path (NIX_PATH=nixpkgs-lib=DIR)"
    else
      import place;

  older = if nixpkgs != null && builtins.pathExists (nixpkgs + "/default.nix") then import nixpkgs { } else { };

  hostPlatform = lib.systems.elaborate builtins.currentSystem;

  # What stands for a package, or for what a function makes of its arguments.
  made = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/00000000000000000000000000000000-${name}";
    drvPath = "/nix/store/00000000000000000000000000000000-${name}.drv";
    pname = name;
    version = "0";
    meta = { };
    override = _: made name;
    overrideAttrs = _: made name;
    __functor = self: _: self;
  };

  # A package of the older set has what that gives it, and the rest from here.
  package =
    name:
    let
      old = older.${name};
    in
    if older ? ${name} && builtins.isAttrs old then made name // old else older.${name} or (made name);
in
older
// lib.genAttrs names package
// {
  inherit lib;
  path = ./nixpkgs;
  formats = import ./formats.nix { inherit lib made; };
  stdenv = (older.stdenv or { }) // {
    inherit hostPlatform;
    buildPlatform = hostPlatform;
    targetPlatform = hostPlatform;
    inherit (hostPlatform) isDarwin isLinux isx86_64 isAarch64 system;
    mkDerivation = args: made (args.name or args.pname or "unnamed");
  };
  inherit hostPlatform;
  inherit (hostPlatform) system;
  config = older.config or { };
  callPackage = older.callPackage or (path: args: made "package");
  symlinkJoin = { name, ... }: made name;
  buildEnv = { name, ... }: made name;
}
