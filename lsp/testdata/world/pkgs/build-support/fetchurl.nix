# A file from the network, known by its hash.
{ stdenv }:
{
  url,
  hash,
  name ? baseNameOf url,
}:
stdenv.mkDerivation {
  inherit name url;
  outputHash = hash;
  outputHashMode = "flat";
}
