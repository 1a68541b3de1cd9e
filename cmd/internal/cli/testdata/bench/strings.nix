# Text: interpolated, split, matched, replaced and hashed.
let
  lines = builtins.genList (i: "line ${toString i}: ${if builtins.bitAnd i 3 == 0 then "warn" else "info"}") 150000;
  text = builtins.concatStringsSep "\n" lines;
  split = builtins.filter builtins.isString (builtins.split "\n" text);
  warnings = builtins.filter (line: builtins.match "line [0-9]+: warn" line != null) split;
in
{
  count = builtins.length warnings;
  size = builtins.stringLength (builtins.replaceStrings [ "warn" "info" ":" ] [ "W" "I" "" ] text);
  hash = builtins.hashString "sha256" text;
  tail = map (line: builtins.substring 5 8 line) (builtins.genList (i: builtins.elemAt split (i * 1000)) 60);
}
