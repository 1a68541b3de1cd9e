package eval

// corePath is where the files are that <nix/…> always finds.
const corePath = "/__corepkgs__/"

// fetchurlSource is <nix/fetchurl.nix>: a derivation of the builder that Nix has
// for it. The attributes are those of Nix, since they decide the store path.
const fetchurlSource = `{
  url,
  name ? baseNameOf (toString url),
  system ? "",
  hash ? "",
  sha512 ? "",
  sha256 ? "",
  sha1 ? "",
  md5 ? "",
  outputHash ? null,
  outputHashAlgo ? null,
  executable ? false,
  unpack ? false,
  impure ? false,
}:
let
  known = builtins.head (
    builtins.filter (h: h.value != "" || h.algo == "sha256") [
      { algo = ""; value = hash; }
      { algo = "sha512"; value = sha512; }
      { algo = "sha1"; value = sha1; }
      { algo = "md5"; value = md5; }
      { algo = "sha256"; value = sha256; }
    ]
  );
  asTree = unpack || executable;
  given = value: other: if value == null then other else value;
  result =
    if impure then
      { __impure = true; }
    else
      {
        outputHash = given outputHash known.value;
        outputHashAlgo = given outputHashAlgo known.algo;
      };
in
derivation (result // {
  inherit name url executable unpack;
  urls = [ url ];
  builder = "builtin:fetchurl";
  system = "builtin";
  outputHashMode = if asTree then "recursive" else "flat";
  preferLocalBuild = true;
  impureEnvVars = [ "http_proxy" "https_proxy" "ftp_proxy" "all_proxy" "no_proxy" ];
})
`
