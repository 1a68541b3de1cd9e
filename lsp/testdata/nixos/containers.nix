{ config, lib, pkgs, ... }:
{
  virtualisation.docker = { enable = true; autoPrune.enable = true; storageDriver = "overlay2"; logDriver = "journald"; };
  virtualisation.rkt.enable = true;
  containers.test = {
    autoStart = false;
    privateNetwork = true;
    hostAddress = "10.233.1.1";
    localAddress = "10.233.1.2";
    config = { pkgs, ... }: {
      services.httpd.enable = true;
      services.httpd.adminAddr = "root@localhost";
    };
  };
}
