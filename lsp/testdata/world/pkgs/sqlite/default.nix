{
  lib,
  stdenv,
  fetchurl,
  readline,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "sqlite";
  version = "3.46";

  src = fetchurl {
    url = "https://example.org/sqlite-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ readline ];

  meta = {
    description = "Database in a file";
    homepage = "https://example.org/sqlite";
    license = lib.licenses.mit;
    mainProgram = "sqlite3";
  };
})
