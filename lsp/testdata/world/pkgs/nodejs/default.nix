{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "nodejs";
  version = "22.10";

  src = fetchurl {
    url = "https://example.org/nodejs-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "JavaScript outside of browsers";
    homepage = "https://example.org/nodejs";
    license = lib.licenses.mit;
    mainProgram = "node";
  };
})
