# Options of modules: declared in many, set in many, merged by their types.
let
  options = builtins.genList (i: { name = "option${toString i}"; merge = if builtins.bitAnd i 1 == 0 then builtins.concatLists else builtins.foldl' (a: b: a // b) { }; }) 300;
  modules = builtins.genList (m: { config, ... }: {
    definitions = builtins.listToAttrs (builtins.genList (i: {
      name = "option${toString i}";
      value = if builtins.bitAnd i 1 == 0 then [ m ] ++ (if i > 1 && m == 0 then config."option${toString (i - 2)}" else [ ]) else { "from${toString m}" = config.option0; };
    }) 300);
  }) 40;
  evaluated = let
    config = builtins.listToAttrs (map (option: { inherit (option) name; value = option.merge (map (module: (module { inherit config; lib = null; }).definitions.${option.name}) modules); }) options);
  in config;
in
map (option: let v = evaluated.${option.name}; in if builtins.isList v then builtins.length v else builtins.length (builtins.attrNames v)) options
