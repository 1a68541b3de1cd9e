{
  lib,
  stdenv,
  fetchurl,
  ncurses,
  pkg-config,
  withColour ? true,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "snowfall";
  version = "1.4.2";

  src = fetchurl {
    url = "https://example.org/snowfall/snowfall-${finalAttrs.version}.tar.gz";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  nativeBuildInputs = [ pkg-config ];
  buildInputs = [ ncurses ];

  configureFlags = lib.optional withColour "--enable-colour";

  doCheck = stdenv.buildPlatform.canExecute stdenv.hostPlatform;

  meta = {
    description = "Snow that falls in a terminal";
    homepage = "https://example.org/snowfall";
    license = lib.licenses.mit;
    platforms = lib.platforms.unix;
    mainProgram = "snowfall";
  };
})
