{
  lib,
  stdenv,
  fetchurl,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "tree";
  version = "2.1";

  src = fetchurl {
    url = "https://example.org/tree-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  meta = {
    description = "Listing of directories";
    homepage = "https://example.org/tree";
    license = lib.licenses.gpl3Plus;
    mainProgram = "tree";
  };
})
