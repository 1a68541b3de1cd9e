{ config, pkgs, ... }:
{
  nix = {
    package = pkgs.nix;
    maxJobs = 4;
    buildMachines = [
      {
        hostName = "builder";
        sshUser = "nix";
        sshKey = "/root/key";
        system = "x86_64-linux";
        maxJobs = 2;
      }
    ];
    gc = {
      automatic = true;
      dates = "weekly";
      options = "--delete-older-than 30d";
    };
    nixPath = [ "nixpkgs=/etc/nixpkgs" ];
    useSandbox = true;
    daemonNiceLevel = 5;
  };
  nixpkgs.config.allowUnfree = true;
  nixpkgs.overlays = [ (self: super: { greeter = super.hello; }) ];
  system.stateVersion = "18.03";
  system.autoUpgrade.enable = config.nix.gc.automatic;
}
