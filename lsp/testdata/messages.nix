# Configurations that are wrong, each in its own way: a name, what is asked of the
# configuration, and the modules beside those that declare the options.
lib:
let
  inherit (lib) mkOption types;

  declarations = {
    _file = "declarations.nix";
    options = {
      number = mkOption {
        type = types.int;
        default = 1;
        description = "A number.";
      };
      sub.modules = mkOption {
        type = types.attrsOf (
          types.submodule (
            { name, ... }:
            {
              options.text = mkOption {
                type = types.str;
                default = name;
              };
            }
          )
        );
        default = { };
      };
      sub.between = mkOption { type = types.ints.between 1 5; };
      list = mkOption {
        type = types.listOf types.int;
        default = [ ];
      };
      either = mkOption { type = types.either types.int (types.listOf types.str); };
      oneOf = mkOption {
        type = types.oneOf [
          types.int
          types.str
          (types.listOf types.bool)
        ];
      };
      lines = mkOption { type = types.lines; };
      constant = mkOption {
        type = types.int;
        readOnly = true;
        default = 3;
      };
      choice = mkOption {
        type = types.nullOr (
          types.enum [
            "p"
            "q"
            3
          ]
        );
      };
      once = mkOption { type = types.uniq types.str; };
      coerced = mkOption { type = types.coercedTo types.int toString types.str; };
      free = mkOption {
        type = types.submodule {
          freeformType = types.attrsOf types.int;
          options.known = mkOption {
            type = types.int;
            default = 4;
          };
        };
        default = { };
      };
    };
  };

  in' = file: config: {
    _file = file;
    inherit config;
  };
  a = in' "a.nix";
  b = in' "b.nix";

  cases = {
    type = [
      "number"
      (a { number = "text"; })
    ];
    conflict = [
      "number"
      (a { number = 1; })
      (b { number = 2; })
    ];
    unknown = [
      "number"
      (a { numbre = 1; })
    ];
    unknown-long = [
      "number"
      (a {
        other = {
          list = [
            1
            2
          ];
          text = "x\ny";
        };
      })
    ];
    unknown-in-submodule = [
      "sub"
      (a { sub.modules.m.txt = "x"; })
    ];
    unknown-and-wrong-in-submodule = [
      "sub"
      (a {
        sub.modules.m = {
          text = 3;
          more.deep = 1;
        };
      })
    ];
    read-only = [
      "constant"
      (a { constant = 1; })
    ];
    not-defined = [ "lines" ];
    enum = [
      "choice"
      (a { choice = "z"; })
    ];
    null-and-not = [
      "choice"
      (a { choice = null; })
      (b { choice = "p"; })
    ];
    range = [
      "sub"
      (a { sub.between = 9; })
    ];
    element = [
      "list"
      (a {
        list = [
          1
          "2"
        ];
      })
    ];
    no-list = [
      "list"
      (a { list = 1; })
    ];
    twice = [
      "once"
      (a { once = "x"; })
      (b { once = "y"; })
    ];
    either = [
      "either"
      (a { either = "x"; })
    ];
    one-of = [
      "oneOf"
      (a { oneOf = { }; })
    ];
    coerced = [
      "coerced"
      (a { coerced = true; })
    ];
    free = [
      "free"
      (a { free.zz = "true"; })
    ];
    no-submodules = [
      "sub"
      (a { sub.modules = 1; })
    ];
    no-set = [
      "sub"
      (a { sub = 1; })
    ];
    top-level = [
      "number"
      {
        options.z = mkOption { };
        zz = 1;
      }
    ];
    declared-twice = [
      "number"
      { options.number = mkOption { default = 3; }; }
    ];
    option-below = [
      "number"
      { options.number.below = mkOption { default = 3; }; }
    ];
  };
in
builtins.mapAttrs (
  _: case:
  (lib.evalModules { modules = [ declarations ] ++ builtins.tail case; }).config.${builtins.head case}
) cases
