# Options that have other names now, or are gone.
{ lib, ... }:
{
  imports = [
    (lib.mkRenamedOptionModule
      [ "networking" "firewall" "allowedPorts" ]
      [ "networking" "firewall" "allowedTCPPorts" ]
    )
    (lib.mkRemovedOptionModule [ "services" "nginx" "gopher" ] "Use the web instead.")
    (lib.mkAliasOptionModule [ "environment" "packages" ] [ "environment" "systemPackages" ])
  ];
}
