{ config, ... }:
let domain = config.site.domain; in
{
  services.postfix = {
    enable = true;
    hostname = "mail.${domain}";
    destination = [ "localhost" domain ];
    networks = [ "127.0.0.0/8" ];
    rootAlias = "alice";
    config = { smtpd_banner = "$myhostname"; };
    sslCert = "/var/lib/acme/${domain}/fullchain.pem";
  };
  services.dovecot2 = {
    enable = true;
    mailLocation = "maildir:~/mail";
    protocols = [ ];
  };
  services.rspamd.enable = true;
}
