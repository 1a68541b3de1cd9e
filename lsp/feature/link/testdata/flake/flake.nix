{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    plain = { url = github:owner/repo; flake = false; };
    "quoted".url = "gitlab:group%2Fsub/repo?host=gitlab.example.org";
    rev.url = "github:a/b?rev=0123456789abcdef&dir=x";
    ref.url = "sourcehut:~user/repo/feature/x";
    git.url = "git+https://example.org/repo.git?ref=main";
    tarball.url = "https://example.org/x.tar.gz";
    ssh.url = "git+ssh://git@example.org/repo";
    evil.url = "github:a/b?host=example.org/x&ref=a b";
    path.url = "path:./sub";
    bad.url = "github:owner";
    partial.url = "github:a/${x}";
    nested.inputs.nixpkgs.url = "github:c/d";
    name.follows = "nixpkgs";
  };
  inputs.separate.url = "github:e/f";
  description = "github:not/alink https://example.org/but-this";
  outputs = { self }: { inputs.x.url = "github:g/h"; };
}
