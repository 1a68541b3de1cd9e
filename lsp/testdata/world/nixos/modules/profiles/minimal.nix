# What a small machine wants.
{ lib, ... }:
{
  networking.firewall.logLevel = lib.mkDefault "none";
  boot.loader.timeout = lib.mkDefault 1;
}
