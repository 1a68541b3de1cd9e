# This file is broken on purpose: somebody is in the middle of a line.
{ config, lib, pkgs, ... }:

let
  port = 8080;
  host = "localhost"
in
{
  services.nginx = {
    enable = true;
    virtualHosts.${host}.locations."/".proxyPass = "http://${host}:${toString port}";
  };

  environment.systemPackages = with pkgs; [ curl ];
}
