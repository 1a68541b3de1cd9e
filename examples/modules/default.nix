{
  imports = [
    ./backup.nix
    ./role.nix
  ];
}
