{
  lib,
  stdenv,
  fetchurl,
  openssl,
  zlib,
  modules ? [ ],
}:
stdenv.mkDerivation rec {
  name = "nginx-${version}";
  version = "1.27.2";

  src = fetchurl {
    url = "https://example.org/${name}.tar.gz";
    hash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  };

  buildInputs = [
    openssl
    zlib
  ]
  ++ modules;

  meta = {
    description = "Web server and reverse proxy";
    homepage = "https://example.org/nginx";
    license = [
      lib.licenses.bsd3
      lib.licenses.mit
    ];
  };
}
