# Tools to work on this folder: `nix-shell`, or `nix develop` through the flake.
{
  pkgs ? import <nixpkgs> { },
}:

pkgs.mkShell {
  packages = with pkgs; [
    git
    nixos-rebuild
  ];

  shellHook = ''
    echo "Rebuild a machine with: nixos-rebuild switch --flake .#attic"
  '';
}
