{
  virtualisation.docker = {
    enable = true;
    autoPrune.enable = true;
    storageDriver = "overlay2";
  };
  virtualisation.libvirtd.enable = false;
  containers.inner = {
    autoStart = true;
    bindMounts."/data" = {
      hostPath = "/srv/data";
      isReadOnly = true;
    };
    config =
      { pkgs, ... }:
      {
        environment.systemPackages = [ pkgs.htop ];
        services.openssh.enable = true;
      };
  };
}
