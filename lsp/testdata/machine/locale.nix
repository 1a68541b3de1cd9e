{
  i18n = {
    defaultLocale = "en_GB.UTF-8";
    supportedLocales = [ "all" ];
    consoleKeyMap = "de";
    consoleFont = "Lat2-Terminus16";
    inputMethod.enabled = null;
  };
  time.timeZone = "Europe/Berlin";
  time.hardwareClockInLocalTime = false;
  services.timesyncd.enable = true;
}
