{
  fileSystems = {
    "/" = {
      device = "/dev/disk/by-label/root";
      fsType = "ext4";
      options = [ "noatime" ];
    };
    "/boot" = {
      device = "/dev/disk/by-label/boot";
      fsType = "vfat";
      neededForBoot = false;
    };
  };
  swapDevices = [ { device = "/dev/disk/by-label/swap"; } ];
  boot.initrd.luks.devices.data = {
    device = "/dev/sdb1";
    allowDiscards = true;
  };
  services.fstrim.enable = true;
}
