{
  services.postfix = {
    enable = true;
    hostname = "mail.example.org";
    destination = [ "localhost" ];
    config.smtpd_banner = "mail";
    masterConfig.submission = {
      type = "inet";
      args = [ "-v" ];
    };
  };
  services.dovecot2 = {
    enable = true;
    enablePop3 = false;
    mailboxes = [
      {
        name = "Spam";
        auto = "create";
      }
    ];
  };
}
