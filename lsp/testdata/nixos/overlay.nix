{ lib, ... }:
{
  nixpkgs.overlays = [
    (self: super: {
      hello = super.hello.overrideAttrs (old: { name = "hello-patched"; patches = old.patches or [ ]; });
      tool = self.callPackage ./tool.nix { greeting = "hi"; };
    })
  ];
}
