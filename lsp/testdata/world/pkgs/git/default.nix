{
  lib,
  stdenv,
  fetchurl,
  curl,
  openssl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "git";
  version = "2.47.0";

  src = fetchurl {
    url = "https://example.org/git-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    curl
    openssl
    zlib
  ];

  meta = {
    description = "Distributed version control";
    homepage = "https://example.org/git";
    license = lib.licenses.gpl3Plus;
    mainProgram = "git";
  };
})
