# The options of NixOS with their types and where they are declared.
let
  lib = import <nixpkgs/lib>;
  nixos = import <nixpkgs/nixos> { system = "x86_64-linux"; configuration = { fileSystems."/".device = "/dev/vda1"; boot.loader.grub.device = "/dev/vda"; }; };
in
map (o: { inherit (o) name declarations internal; type = o.type or null; }) (lib.optionAttrSetToDocList nixos.options)
