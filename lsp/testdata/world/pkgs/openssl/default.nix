{
  lib,
  stdenv,
  fetchurl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "openssl";
  version = "3.3.2";

  src = fetchurl {
    url = "https://example.org/openssl-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ zlib ];

  meta = {
    description = "Library for TLS";
    homepage = "https://example.org/openssl";
    license = lib.licenses.asl20;
    mainProgram = "openssl";
  };
})
