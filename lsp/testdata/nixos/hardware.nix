{ config, lib, pkgs, ... }:
let
  data = [ "noatime" "nodiratime" ];
in
{
  imports = [ <nixpkgs/nixos/modules/installer/scan/not-detected.nix> ];

  fileSystems = {
    "/" = {
      device = "/dev/disk/by-label/root";
      fsType = "ext4";
    };
    "/boot" = { device = "/dev/disk/by-label/boot"; fsType = "vfat"; };
    "/data" = {
      device = "/dev/mapper/data";
      fsType = "btrfs";
      options = data ++ [ "compress=lzo" ];
    };
  };
  swapDevices = [ { device = "/dev/disk/by-label/swap"; } { device = "/swap"; size = 2048; } ];

  hardware.cpu.intel.updateMicrocode = true;
  hardware.enableRedistributableFirmware = lib.mkDefault true;
  powerManagement.cpuFreqGovernor = "ondemand";
  nix.maxJobs = lib.mkDefault 4;
}
