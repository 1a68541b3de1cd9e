{
  lib,
  stdenv,
  fetchurl,
  readline,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "bash";
  version = "5.2";

  src = fetchurl {
    url = "https://example.org/bash-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ readline ];

  meta = {
    description = "GNU Bourne-Again Shell";
    homepage = "https://example.org/bash";
    license = lib.licenses.gpl3Plus;
    mainProgram = "bash";
  };
})
