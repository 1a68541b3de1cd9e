{
  lib,
  stdenv,
  fetchurl,
  ncurses,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "readline";
  version = "8.2";

  src = fetchurl {
    url = "https://example.org/readline-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ ncurses ];

  meta = {
    description = "Library for editing lines";
    homepage = "https://example.org/readline";
    license = lib.licenses.gpl3Plus;
  };
})
