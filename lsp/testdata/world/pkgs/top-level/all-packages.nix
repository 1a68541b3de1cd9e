# All packages.
final: prev:
let
  inherit (final) callPackage lib stdenv;
  trivial = callPackage ../build-support/trivial-builders.nix { };
in
{
  fetchurl = callPackage ../build-support/fetchurl.nix { };
  inherit (trivial)
    buildEnv
    mkShell
    runCommand
    symlinkJoin
    writeShellScriptBin
    writeText
    ;

  bash = callPackage ../bash { };
  coreutils = callPackage ../coreutils { };
  curl = callPackage ../curl { };
  git = callPackage ../git { };
  hello = callPackage ../hello { };
  htop = callPackage ../htop { };
  jq = callPackage ../jq { };
  ncurses = callPackage ../ncurses { };
  nginx = callPackage ../nginx { };
  nodejs = callPackage ../nodejs { };
  openssh = callPackage ../openssh { };
  openssl = callPackage ../openssl { };
  perl = callPackage ../perl { };
  readline = callPackage ../readline { };
  redis = callPackage ../redis { };
  ripgrep = callPackage ../ripgrep { };
  sqlite = callPackage ../sqlite { };
  tmux = callPackage ../tmux { };
  tree = callPackage ../tree { };
  zlib = callPackage ../zlib { };

  postgresql_16 = callPackage ../postgresql { version = "16.4"; };
  postgresql_17 = callPackage ../postgresql { };
  postgresql = final.postgresql_17;
  nginxMainline = final.nginx.override { modules = [ final.openssl ]; };
  curlMinimal = final.curl.overrideAttrs (old: {
    pname = "curl-minimal";
    buildInputs = [ ];
  });

  python3 = stdenv.mkDerivation {
    pname = "python3";
    version = "3.13.0";
    passthru.pkgs = final.python3Packages;
    meta = {
      description = "High-level language";
      mainProgram = "python3";
    };
  };
  python3Packages = import ./python-packages.nix final;

  # What must not be used.
  secret-tool = stdenv.mkDerivation {
    pname = "secret-tool";
    version = "1";
    meta = {
      description = "Tool whose source nobody may see";
      license = lib.licenses.unfree;
    };
  };
  broken-tool = stdenv.mkDerivation {
    pname = "broken-tool";
    version = "1";
    meta = {
      description = "Tool that does not build";
      broken = true;
    };
  };
  old-tool = stdenv.mkDerivation {
    pname = "old-tool";
    version = "0.1";
    meta = {
      description = "Tool that nobody mends";
      knownVulnerabilities = [ "CVE-0000-0001" ];
    };
  };
  gone-tool = throw "gone-tool has been removed, use hello instead";
}
