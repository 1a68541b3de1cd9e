{ pkgs, lib, config, ... }:
lib.mkIf config.services.xserver.enable {
  sound.enable = true;
  hardware.pulseaudio = {
    enable = true;
    support32Bit = true;
    package = pkgs.pulseaudioFull;
    daemon.config = { flat-volumes = "no"; };
  };
  hardware.bluetooth.enable = true;
}
