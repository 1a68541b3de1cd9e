{ pkgs, config, ... }:
{
  nix = {
    package = pkgs.nix;
    gc = { automatic = true; dates = "weekly"; options = "--delete-older-than 30d"; };
    trustedUsers = [ "root" "@wheel" ];
    binaryCaches = [ "https://cache.nixos.org" ];
    useSandbox = true;
    buildCores = 0;
    extraOptions = ''
      keep-outputs = true
    '';
  };
  nixpkgs.config = { allowUnfree = true; };
  system.autoUpgrade = { enable = true; channel = "https://nixos.org/channels/nixos-18.03"; };
}
