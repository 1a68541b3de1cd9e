{
  lib,
  stdenv,
  fetchurl,
  zlib,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "perl";
  version = "5.40";

  src = fetchurl {
    url = "https://example.org/perl-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ zlib ];

  meta = {
    description = "Language for text";
    homepage = "https://example.org/perl";
    license = lib.licenses.gpl3Plus;
    mainProgram = "perl";
  };
})
