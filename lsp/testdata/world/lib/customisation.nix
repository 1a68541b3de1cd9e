# Calling functions so that others can call them again.
{ lib }:
rec {
  # The result of a function, with an attribute that calls it with other arguments.
  makeOverridable =
    f: args:
    let
      result = f args;
      again =
        change: makeOverridable f (args // (if builtins.isFunction change then change args else change));
    in
    if !builtins.isAttrs result then
      result
    else
      result
      // {
        override = again;
      }
      // lib.optionalAttrs (result ? overrideAttrs) {
        overrideAttrs = change: makeOverridable (args: (f args).overrideAttrs change) args;
      };

  # Calls the function of a file with those of a set that it asks for.
  callPackageWith =
    scope: file: args:
    let
      f = if builtins.isFunction file then file else import file;
      missing = builtins.filter (name: !scope ? ${name} && !args ? ${name}) (
        builtins.attrNames (lib.filterAttrs (_: optional: !optional) (builtins.functionArgs f))
      );
    in
    if missing != [ ] then
      abort "Function called without required argument \"${builtins.head missing}\" at ${toString file}"
    else
      makeOverridable f (builtins.intersectAttrs (builtins.functionArgs f) scope // args);
}
