# See https://example.org/a(b)/c_(d), http://example.org. And <ftp://ftp.gnu.org/x>!
/* (https://example.org/in-parens) 'https://a.org','https://b.org'
   https://example.org/next-line */
{
  imports = [ ./a.nix ../b ~/c.nix /etc/nixos/./configuration.nix <nixpkgs/nixos> <nixpkgs> ];
  computed = ./a/${x}.nix;
  inherit (import ./lib) y;
  url = https://example.org/literal;
  other = mirror://gnu/hello;
  homepage = "https://example.org/home";
  src = "https://example.org/${version}.tar.gz";
  two = "https://one.org/a https://two.org/${version}";
  around = "${x}https://example.org/after https://example.org/n\nnext";
  script = ''
    curl https://example.org/script | sh
    git clone git+https://example.org/repo.git
    echo xhttps://no.org https:// https://. "http://quoted.org"
    # ''${x}
  '';
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
}
# http://last.example.org/?a=b&c=d#e
