{ config, ... }:
{
  hardware = {
    enableAllFirmware = false;
    cpu.intel.updateMicrocode = true;
    bluetooth.enable = true;
    opengl = {
      enable = true;
      driSupport32Bit = config.hardware.pulseaudio.support32Bit;
    };
    sane.enable = true;
  };
  services.acpid.enable = true;
  services.tlp = {
    enable = true;
    extraConfig = "START_CHARGE_THRESH_BAT0=75";
  };
}
