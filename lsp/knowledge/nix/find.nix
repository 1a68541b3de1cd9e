# Looks for things in several places.
rec {
  # The first path of a list that is there, or null.
  firstOf = paths: firstWith (path: true) paths;

  # The first path of a list that is there and good, or null.
  firstWith =
    good: paths:
    let
      there = builtins.filter (path: path != null && builtins.pathExists path && good path) paths;
    in
    if there == [ ] then null else builtins.head there;

  # The first directory of a list that is there, or null.
  firstDirectory = firstWith (path: builtins.pathExists "${toString path}/.");

  # An entry of the search path, or null.
  searched =
    name:
    let
      found = builtins.tryEval (builtins.findFile builtins.nixPath name);
    in
    if found.success then found.value else null;
}
