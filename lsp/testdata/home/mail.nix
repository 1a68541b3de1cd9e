{ config, lib, ... }:
{
  accounts.email.maildirBasePath = "mail";
  accounts.email.accounts.work = {
    primary = true;
    address = "somebody@example.org";
    userName = "somebody";
    realName = "Somebody";
    flavor = "plain";
    passwordCommand = "pass mail";
    imap = { host = "imap.example.org"; port = 993; tls.enable = true; };
    smtp = { host = "smtp.example.org"; port = 465; };
    signature = { text = "Somebody"; showSignature = "append"; };
    mbsync = { enable = true; create = "both"; expunge = "both"; };
    msmtp.enable = true;
    notmuch.enable = true;
  };
  programs.mbsync.enable = true;
  programs.msmtp.enable = true;
  programs.notmuch = { enable = true; new.tags = [ "new" ]; maildir.synchronizeFlags = true; };
  programs.aerc = { enable = false; };
  services.imapnotify.enable = false;
}
