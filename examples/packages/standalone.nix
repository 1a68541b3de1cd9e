# The packages of this folder on a stand-in for nixpkgs that is just enough to
# evaluate them: firn eval packages/standalone.nix -A snowfall.drvPath
{
  system ? "x86_64-linux",
}:

let
  lib = {
    optional = condition: value: if condition then [ value ] else [ ];
    licenses.mit.spdxId = "MIT";
    platforms.unix = [
      "x86_64-linux"
      "aarch64-linux"
    ];
  };

  # What a package is called with is looked up by name.
  callPackage =
    file: arguments:
    let
      function = import file;
    in
    function (builtins.intersectAttrs (builtins.functionArgs function) packages // arguments);

  platform = {
    inherit system;
    canExecute = other: other.system == system;
  };

  stdenv = {
    buildPlatform = platform;
    hostPlatform = platform;
    # The function gets the attributes that it returns.
    mkDerivation =
      function:
      let
        attributes = function attributes;
      in
      derivation (
        removeAttrs attributes [ "meta" ]
        // {
          inherit system;
          name = "${attributes.pname}-${attributes.version}";
          builder = "/bin/sh";
          args = [ ./build.sh ];
        }
      )
      // {
        inherit (attributes) meta version;
      };
  };

  fetchurl =
    { url, hash }:
    derivation {
      inherit system url;
      name = baseNameOf url;
      builder = "builtin:fetchurl";
      outputHash = hash;
      outputHashMode = "flat";
    };

  stub =
    name:
    derivation {
      inherit name system;
      builder = "/bin/false";
    };

  packages = {
    inherit lib stdenv fetchurl;
    ncurses = stub "ncurses-6.5";
    pkg-config = stub "pkg-config-0.29.2";
    snowfall = callPackage ./snowfall/package.nix { };
  };
in
packages
