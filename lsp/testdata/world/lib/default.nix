# The library: sets of functions by subject, most of which are also at the top.
let
  subjects = {
    trivial = import ./trivial.nix;
    lists = import ./lists.nix;
    attrsets = import ./attrsets.nix { inherit lib; };
    strings = import ./strings.nix { inherit lib; };
    fixedPoints = import ./fixed-points.nix;
    customisation = import ./customisation.nix { inherit lib; };
    generators = import ./generators.nix { inherit lib; };
    options = import ./options.nix { inherit lib; };
    types = import ./types.nix { inherit lib; };
    modules = import ./modules.nix { inherit lib; };
    licenses = import ./licenses.nix;
    maintainers = import ./maintainers.nix;
    platforms = import ./platforms.nix;
  };

  lib =
    subjects
    // subjects.trivial
    // subjects.lists
    // subjects.attrsets
    // subjects.strings
    // subjects.fixedPoints
    // subjects.customisation
    // subjects.options
    // subjects.modules;
in
lib
