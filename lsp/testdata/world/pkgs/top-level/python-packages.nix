# Packages of Python, as a set of their own.
final:
let
  inherit (final) lib stdenv;
  build =
    attrs:
    stdenv.mkDerivation (
      attrs
      // {
        meta = {
          license = lib.licenses.mit;
        }
        // attrs.meta or { };
      }
    );
in
{
  recurseForDerivations = true;
  requests = build {
    pname = "requests";
    version = "2.32.3";
    meta.description = "HTTP for people";
  };
  flask = build {
    pname = "flask";
    version = "3.0.3";
    meta.description = "Small framework for web applications";
  };
  numpy = build {
    pname = "numpy";
    version = "2.1.2";
    meta.description = "Arrays of numbers";
  };
}
