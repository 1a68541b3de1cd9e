{
  lib,
  stdenv,
  fetchurl,
  ncurses,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "tmux";
  version = "3.5";

  src = fetchurl {
    url = "https://example.org/tmux-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [ ncurses ];

  meta = {
    description = "Several terminals in one";
    homepage = "https://example.org/tmux";
    license = lib.licenses.bsd3;
    mainProgram = "tmux";
  };
})
