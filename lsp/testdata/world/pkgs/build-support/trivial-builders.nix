# Packages of little text.
{ lib, stdenv }:
{
  # A file with a text.
  writeText =
    name: text:
    stdenv.mkDerivation {
      inherit name text;
      passAsFile = [ "text" ];
    };

  # A program that runs a text in the shell.
  writeShellScriptBin =
    name: text:
    stdenv.mkDerivation {
      inherit name text;
      meta.mainProgram = name;
    };

  # What a command writes to $out.
  runCommand =
    name: env: buildCommand:
    stdenv.mkDerivation (env // { inherit name buildCommand; });

  # Several packages as one.
  buildEnv =
    { name, paths }:
    stdenv.mkDerivation {
      inherit name;
      paths = map toString paths;
    };

  # A set of packages as one.
  symlinkJoin =
    { name, paths }:
    stdenv.mkDerivation {
      inherit name;
      paths = map toString paths;
    };

  # A shell with packages.
  mkShell =
    {
      name ? "shell",
      packages ? [ ],
      ...
    }@args:
    stdenv.mkDerivation (
      args
      // {
        inherit name;
        buildInputs = packages;
      }
    );
}
