{
  services.redis = {
    enable = true;
    bind = "127.0.0.1";
    databases = 4;
    save = [
      [
        900
        1
      ]
    ];
  };
  services.memcached = {
    enable = true;
    maxMemory = 128;
  };
}
