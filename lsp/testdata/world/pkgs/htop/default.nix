{
  lib,
  stdenv,
  fetchurl,
  ncurses,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "htop";
  version = "3.3";

  src = fetchurl {
    url = "https://example.org/htop-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ ncurses ];

  meta = {
    description = "Viewer of processes";
    homepage = "https://example.org/htop";
    license = lib.licenses.gpl3Plus;
    mainProgram = "htop";
  };
})
