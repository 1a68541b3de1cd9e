{ lib, pkgs, ... }:
{
  boot = {
    loader.grub = {
      enable = true;
      version = 2;
      device = "/dev/sda";
    };
    loader.timeout = lib.mkDefault 3;
    kernelPackages = pkgs.linuxPackages;
    kernelModules = [ "kvm-intel" ];
    kernelParams = lib.mkAfter [ "quiet" ];
    kernel.sysctl."net.ipv4.ip_forward" = 1;
    initrd.availableKernelModules = [
      "ahci"
      "xhci_pci"
    ];
    tmpOnTmpfs = true;
    supportedFilesystems = [ "xfs" ];
  };
}
