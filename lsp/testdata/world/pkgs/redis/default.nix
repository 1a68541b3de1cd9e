{
  lib,
  stdenv,
  fetchurl,
}:
stdenv.mkDerivation (finalAttrs: {
  pname = "redis";
  version = "7.2";

  src = fetchurl {
    url = "https://example.org/redis-${finalAttrs.version}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  meta = {
    description = "Database in memory";
    homepage = "https://example.org/redis";
    license = lib.licenses.bsd3;
    mainProgram = "redis-server";
  };
})
