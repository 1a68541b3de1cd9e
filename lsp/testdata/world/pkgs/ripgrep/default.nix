{
  lib,
  stdenv,
  fetchurl,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "ripgrep";
  version = "14.1.1";

  src = fetchurl {
    url = "https://example.org/ripgrep-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  meta = {
    description = "Search in directories by regular expressions";
    homepage = "https://example.org/ripgrep";
    license = lib.licenses.mit;
    mainProgram = "rg";
  };
})
