{ config, lib, pkgs, ... }:
{
  services.prometheus = {
    enable = true;
    listenAddress = "127.0.0.1:9090";
    exporters.node = { enable = true; enabledCollectors = [ "systemd" ]; port = 9100; };
    scrapeConfigs = [
      {
        job_name = "node";
        scrape_interval = "15s";
        static_configs = [ { targets = [ "localhost:${toString config.services.prometheus.exporters.node.port}" ]; } ];
      }
    ];
  };
  services.grafana = { enable = true; domain = config.site.domain; port = 3000; };
  services.smartd = { enable = true; notifications.mail.enable = false; };
}
