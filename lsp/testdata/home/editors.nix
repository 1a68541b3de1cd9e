{ config, lib, pkgs, ... }:
{
  programs.neovim = {
    enable = true;
    viAlias = true;
    vimAlias = true;
    defaultEditor = true;
    withNodeJs = false;
  };
  programs.vim = { enable = false; defaultEditor = false; settings = { number = true; tabstop = 4; }; };
  programs.helix = { enable = true; settings = { theme = "base16"; editor.line-number = "relative"; }; };
  programs.emacs = { enable = true; extraConfig = "(menu-bar-mode -1)"; };
  programs.micro.enable = false;
  editorconfig = { enable = true; settings = { "*" = { charset = "utf-8"; indent_size = 2; }; }; };
}
