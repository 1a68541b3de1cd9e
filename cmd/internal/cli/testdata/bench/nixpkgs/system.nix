# The store path of a machine that serves mail.
(import <nixpkgs/nixos> {
  system = "x86_64-linux";
  configuration = { pkgs, ... }: {
    boot.loader.grub.device = "/dev/vda";
    fileSystems."/".device = "/dev/vda1";
    services.openssh.enable = true;
    services.postfix.enable = true;
    services.postgresql.enable = true;
    users.users.admin = { isNormalUser = true; extraGroups = [ "wheel" ]; };
    environment.systemPackages = [ pkgs.htop pkgs.tmux ];
  };
}).system.drvPath
