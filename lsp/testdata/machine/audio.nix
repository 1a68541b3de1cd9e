{ pkgs, ... }:
{
  sound.enable = true;
  sound.mediaKeys.enable = true;
  hardware.pulseaudio = {
    enable = true;
    package = pkgs.pulseaudioFull;
    support32Bit = true;
    daemon.config.flat-volumes = "no";
  };
  services.mpd = {
    enable = true;
    musicDirectory = "/srv/music";
    network.listenAddress = "any";
  };
}
