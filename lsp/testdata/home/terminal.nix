{ config, lib, pkgs, ... }:
{
  programs.tmux = {
    enable = true;
    clock24 = true;
    baseIndex = 1;
    historyLimit = 100000;
    keyMode = "vi";
    mouse = true;
    escapeTime = 10;
    terminal = "tmux-256color";
    extraConfig = "set -g status off";
  };
  programs.alacritty = { enable = true; settings = { window.padding = { x = 4; y = 4; }; }; };
  programs.foot = { enable = true; server.enable = true; settings = { main.term = "xterm-256color"; }; };
  programs.kitty = { enable = true; font = { name = "monospace"; size = 11; }; shellIntegration.mode = "no-cursor"; settings = { scrollback_lines = 10000; }; };
  programs.ssh = { enable = true; enableDefaultConfig = false; };
  programs.gpg = { enable = true; mutableKeys = false; settings = { use-agent = true; }; };
  programs.password-store = { enable = true; settings = { PASSWORD_STORE_CLIP_TIME = "30"; }; };
  programs.man.generateCaches = false;
  programs.less.enable = true;
  programs.readline = { enable = true; variables = { bell-style = "none"; }; };
}
