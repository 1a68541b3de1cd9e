# A package with all that packages have.
{
  lib,
  stdenv,
  fetchurl,
  withGreeting ? true,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "hello";
  version = "2.12.1";

  src = fetchurl {
    url = "https://example.org/hello-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  outputs = [
    "out"
    "man"
  ];

  configureFlags = lib.optional withGreeting "--enable-greeting";

  passthru.tests.version = stdenv.mkDerivation {
    name = "hello-test";
    hello = finalAttrs.finalPackage;
  };

  meta = {
    description = "Program that produces a familiar, friendly greeting";
    longDescription = ''
      It prints "Hello, world!" when it is run.
      It is fully customizable.
    '';
    homepage = "https://example.org/hello";
    license = lib.licenses.gpl3Plus;
    maintainers = [ lib.maintainers.somebody ];
    platforms = lib.platforms.all;
    mainProgram = "hello";
  };
})
