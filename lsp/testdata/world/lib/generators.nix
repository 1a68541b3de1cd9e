# Texts of values.
{ lib }:
rec {
  # A value in nixlang, over several lines if it is a set or a list with elements.
  toPretty = _: show "";

  # INI with sections.
  toINI =
    _: sections:
    lib.concatStringsSep "\n" (
      lib.mapAttrsToList (
        name: section:
        "[${name}]\n" + lib.concatStrings (lib.mapAttrsToList (key: v: "${key}=${toString v}\n") section)
      ) sections
    );

  show =
    indent: v:
    let
      deeper = "${indent}  ";
      lines =
        begin: end: items:
        begin + lib.concatMapStrings (item: "\n${deeper}${item}") items + "\n${indent}${end}";
    in
    if builtins.isList v then
      if v == [ ] then "[ ]" else lines "[" "]" (map (show deeper) v)
    else if builtins.isFunction v then
      "<function>"
    else if lib.isDerivation v then
      "<derivation ${v.name or "???"}>"
    else if builtins.isAttrs v then
      if v == { } then
        "{ }"
      else
        lines "{" "}" (
          lib.mapAttrsToList (name: x: "${lib.escapeNixIdentifier name} = ${show deeper x};") v
        )
    else if builtins.isString v then
      showString indent v
    else if builtins.isPath v then
      toString v
    else
      builtins.toJSON v;

  showString =
    indent: v:
    let
      lines = lib.splitString "\n" v;
    in
    if builtins.length lines == 1 then
      "\"${lib.escape [ "\\" "\"" "\${" ] v}\""
    else
      "''" + lib.concatMapStrings (line: "\n${indent}  ${line}") lines + "''";
}
