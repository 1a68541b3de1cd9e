{ lib, ... }:
{
  services.openssh = {
    enable = true;
    permitRootLogin = "no";
    passwordAuthentication = lib.mkDefault false;
    ports = [ 2222 ];
    listenAddresses = [
      {
        addr = "0.0.0.0";
        port = 2222;
      }
    ];
    extraConfig = "MaxAuthTries 3";
    hostKeys = [
      {
        type = "ed25519";
        path = "/etc/ssh/key";
      }
    ];
  };
  programs.ssh.knownHosts = [
    {
      hostNames = [ "builder" ];
      publicKey = "ssh-ed25519 AAAA";
    }
  ];
}
