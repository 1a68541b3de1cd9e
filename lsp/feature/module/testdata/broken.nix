{ config, ... }:
{
  services.nginx = {
    enable = true;
    us
    extra = { a = 1; };
  };
  boot.
  networking = { b = ; c = 2; };
