{ config, lib, ... }:
{
  environment = {
    variables.EDITOR = lib.mkForce "vim";
    sessionVariables.LESS = "-R";
    shellAliases.ll = "ls -l";
    etc."motd.local" = {
      text = "Welcome to ${config.networking.hostName}.";
      mode = "0444";
    };
    pathsToLink = [ "/share/doc" ];
    noXlibs = false;
  };
}
