# What services have for systemd is only in nixpkgs itself.
{ config, ... }: { }
