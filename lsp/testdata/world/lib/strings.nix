# Strings.
{ lib }:
rec {
  inherit (builtins)
    concatStringsSep
    match
    replaceStrings
    split
    stringLength
    substring
    toJSON
    ;

  # The strings of a list as one.
  concatStrings = concatStringsSep "";

  # What a function makes of the elements, as one string.
  concatMapStrings = f: list: concatStrings (map f list);

  # What a function makes of the elements, with a separator between.
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);

  # A string if a condition holds, else an empty one.
  optionalString = condition: string: if condition then string else "";

  # Whether a string begins with another.
  hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;

  # Whether a string ends with another.
  hasSuffix =
    suffix: string:
    let
      start = stringLength string - stringLength suffix;
    in
    start >= 0 && substring start (-1) string == suffix;

  # A string without a prefix, if it has that.
  removePrefix =
    prefix: string:
    if hasPrefix prefix string then substring (stringLength prefix) (-1) string else string;

  # The pieces between separators.
  splitString =
    separator: string: builtins.filter builtins.isString (split (escapeRegex separator) string);

  # The characters of a string.
  stringToCharacters = string: lib.genList (i: substring i 1 string) (stringLength string);

  # A string with a backslash before some characters.
  escape = characters: replaceStrings characters (map (c: "\\${c}") characters);

  # A string for a regular expression that matches just it.
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");

  # A string as it is written in nixlang.
  escapeNixString = string: escape [ "$" ] (toJSON string);

  # A name as it is written in an attribute path.
  escapeNixIdentifier =
    name: if match "[a-zA-Z_][a-zA-Z0-9_'-]*" name != null then name else escapeNixString name;

  # Words with small letters.
  toLower = replaceStrings (stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (
    stringToCharacters "abcdefghijklmnopqrstuvwxyz"
  );

  # A command line of which no word is split.
  escapeShellArgs = concatMapStringsSep " " (
    word: "'${replaceStrings [ "'" ] [ "'\\''" ] (toString word)}'"
  );

  # How many letters have to be changed, added or taken to make one word of another.
  levenshtein =
    a: b:
    let
      xs = stringToCharacters a;
      ys = stringToCharacters b;
      next =
        row: x:
        lib.foldl' (
          out: j:
          out
          ++ [
            (lib.min (lib.min (lib.elemAt row (j + 1) + 1) (lib.last out + 1)) (
              lib.elemAt row j + (if x == lib.elemAt ys j then 0 else 1)
            ))
          ]
        ) [ (lib.head row + 1) ] (lib.range 0 (lib.length ys - 1));
    in
    lib.last (lib.foldl' next (lib.range 0 (lib.length ys)) xs);
}
