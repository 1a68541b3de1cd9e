final: prev: {
  snowfall = final.callPackage ../packages/snowfall/package.nix { };

  # Without its desktop file it does not show up among the programs.
  htop = prev.htop.overrideAttrs (old: {
    postInstall = (old.postInstall or "") + ''
      rm -r $out/share/applications
    '';
  });
}
