rec {
  linux = [
    "x86_64-linux"
    "aarch64-linux"
  ];
  darwin = [ "aarch64-darwin" ];
  all = linux ++ darwin;
}
