{
  lib,
  stdenv,
  fetchurl,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "jq";
  version = "1.7.1";

  src = fetchurl {
    url = "https://example.org/jq-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  meta = {
    description = "Filter for JSON";
    homepage = "https://example.org/jq";
    license = lib.licenses.mit;
    mainProgram = "jq";
  };
})
