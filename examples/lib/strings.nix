{ lib }:

rec {
  # Makes the first letter of a text a capital.
  capitalise =
    text:
    let
      first = builtins.substring 0 1 text;
      rest = builtins.substring 1 (builtins.stringLength text) text;
    in
    lib.toUpper first + rest;

  # Puts a word into the plural if there is not exactly one of it.
  plural = count: word: if count == 1 then word else "${word}s";

  # A sentence about how many there are: `3 backups` becomes `There are 3 backups.`
  sentence =
    count: word:
    let
      verb = if count == 1 then "is" else "are";
    in
    capitalise "there ${verb} ${toString count} ${plural count word}.";
}
