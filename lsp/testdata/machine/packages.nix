{ lib, pkgs, ... }:
let
  tools = with pkgs; [
    git
    vim
    wget
  ];
in
{
  environment.systemPackages =
    tools
    ++ [
      pkgs.greeter
      (pkgs.python3.withPackages (ps: [ ps.requests ]))
    ]
    ++ lib.optional pkgs.stdenv.isLinux pkgs.htop;
}
