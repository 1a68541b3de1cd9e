{ pkgs, ... }:
let
  python = pkgs.python3.withPackages (ps: with ps; [ requests numpy ]);
in
{
  environment.systemPackages = with pkgs; [
    vim git htop tmux curl wget
    ripgrep jq
    python
    (writeScriptBin "greet" ''
      #!${stdenv.shell}
      exec ${hello}/bin/hello "$@"
    '')
    gitAndTools.tig
    pkgs.gnumake
  ];
  environment.variables.EDITOR = "vim";
  environment.etc."motd.txt".text = "Welcome.\n";
  programs.mtr.enable = true;
  programs.gnupg.agent = { enable = true; enableSSHSupport = true; };
  fonts.fonts = [ pkgs.dejavu_fonts pkgs.noto-fonts ];
}
