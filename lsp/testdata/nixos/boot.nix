{ config, pkgs, lib, ... }:
{
  boot = {
    loader.systemd-boot.enable = true;
    loader.efi.canTouchEfiVariables = true;
    loader.timeout = 3;
    kernelPackages = pkgs.linuxPackages_4_14;
    kernelModules = [ "kvm-intel" "tun" ];
    kernelParams = lib.optional config.services.xserver.enable "quiet";
    kernel.sysctl = {
      "net.ipv4.ip_forward" = 1;
      "vm.swappiness" = lib.mkDefault 10;
    };
    initrd.availableKernelModules = [ "xhci_pci" "ahci" "nvme" "usb_storage" ];
    initrd.luks.devices = [
      { name = "data"; device = "/dev/sda2"; allowDiscards = true; }
    ];
    cleanTmpDir = true;
    supportedFilesystems = [ "btrfs" "nfs" ];
  };
}
