{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "curl";
  version = "8.10";

  src = fetchurl {
    url = "https://example.org/curl-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Tool for transfers by URL";
    homepage = "https://example.org/curl";
    license = lib.licenses.mit;
    mainProgram = "curl";
  };
})
