{ config, lib, ... }:
{
  services.openssh = {
    enable = true;
    ports = [ 22 2222 ];
    permitRootLogin = "prohibit-password";
    passwordAuthentication = false;
    startWhenNeeded = lib.mkIf config.services.xserver.enable true;
    hostKeys = [
      { type = "ed25519"; path = "/etc/ssh/ssh_host_ed25519_key"; }
      { type = "rsa"; bits = 4096; path = "/etc/ssh/ssh_host_rsa_key"; }
    ];
    extraConfig = lib.mkAfter "MaxAuthTries 3";
  };
  programs.ssh.startAgent = false;
  programs.ssh.knownHosts.forge = {
    hostNames = [ "git.example.org" ];
    publicKey = (import ./keys.nix).alice;
  };
}
