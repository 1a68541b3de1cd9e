{
  services.prometheus = {
    enable = true;
    globalConfig.scrape_interval = "30s";
    scrapeConfigs = [
      {
        job_name = "node";
        static_configs = [ { targets = [ "localhost:9100" ]; } ];
      }
    ];
    exporters.node = {
      enable = true;
      enabledCollectors = [ "systemd" ];
    };
  };
  services.grafana = {
    enable = true;
    port = 3001;
    auth.anonymous.enable = true;
  };
}
