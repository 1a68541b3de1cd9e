{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "openssh";
  version = "9.9";

  src = fetchurl {
    url = "https://example.org/openssh-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    openssl
    zlib
  ];

  meta = {
    description = "Remote logins over SSH";
    homepage = "https://example.org/openssh";
    license = lib.licenses.bsd3;
    mainProgram = "ssh";
  };
})
