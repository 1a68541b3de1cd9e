{ pkgs, ... }:
{
  users = {
    mutableUsers = false;
    extraUsers.alice = {
      isNormalUser = true;
      uid = 1000;
      extraGroups = [
        "wheel"
        "docker"
      ];
      shell = pkgs.zsh;
      openssh.authorizedKeys.keys = [ "ssh-ed25519 AAAA alice" ];
      subUidRanges = [
        {
          startUid = 100000;
          count = 65536;
        }
      ];
    };
    users.root.initialHashedPassword = "";
    groups.music.members = [ "alice" ];
  };
}
