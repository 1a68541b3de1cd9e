{
  lib,
  stdenv,
  fetchurl,
  openssl,
  readline,
  zlib,
  version ? "17.0",
}:
stdenv.mkDerivation {
  pname = "postgresql";
  inherit version;

  src = fetchurl {
    url = "https://example.org/postgresql-${version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    openssl
    readline
    zlib
  ];

  passthru.psqlSchema = lib.head (lib.splitString "." version);

  meta = {
    description = "Relational database";
    homepage = "https://example.org/postgresql";
    license = lib.licenses.mit;
    mainProgram = "psql";
  };
}
