{
  lib,
  stdenv,
  fetchurl,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "coreutils";
  version = "9.5";

  src = fetchurl {
    url = "https://example.org/coreutils-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  meta = {
    description = "Basic file, shell and text tools";
    homepage = "https://example.org/coreutils";
    license = lib.licenses.gpl3Plus;
  };
})
