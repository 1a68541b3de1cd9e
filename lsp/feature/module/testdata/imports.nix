{ config, lib, ... }:
{
  imports = [
    ./a.nix
    (./b + "/c.nix")
    ./${d}/e.nix
    (import ./f.nix { })
    { options.g = lib.mkOption { }; config.g = 1; }
    ({ pkgs, ... }: { h = pkgs; })
    x.nixosModules.y
  ] ++ lib.optional c ./i.nix ++ (if d then [ ./j.nix ] else [ ]) ++ map f xs;
}
