# Evaluation of modules: what they declare and what they define, merged.
{ lib }:
let
  inherit (lib)
    attrNames
    concatLists
    concatMap
    filter
    head
    isAttrs
    isFunction
    isOption
    length
    mapAttrs
    optional
    showDefs
    showFiles
    showOption
    types
    ;

  property = _type: fields: fields // { inherit _type; };
  kindOf = v: v._type or "";

  defaultPriority = 100;
  defaultOrder = 1000;

  # The keys of a module that is not all definitions.
  keys = [
    "_class"
    "_file"
    "config"
    "disabledModules"
    "freeformType"
    "imports"
    "key"
    "meta"
    "options"
  ];

  # A module in full, whichever way it is written.
  normalize =
    file: key: m:
    let
      explicit = m ? config || m ? options;
      strange = attrNames (removeAttrs m keys);
      given = if explicit then m.config or { } else removeAttrs m (lib.remove "meta" keys);
    in
    if !isAttrs m then
      throw "module ${file} (${key}) does not look like a module."
    else if explicit && strange != [ ] then
      throw "Module `${key}' has an unsupported attribute `${head strange}'. This is caused by introducing a top-level `config' or `options' attribute. Add configuration attributes immediately on the top level instead, or move all of them (namely: ${toString strange}) into the explicit `config' attribute."
    else
      {
        file = toString m._file or file;
        key = toString m.key or key;
        disabledModules = m.disabledModules or [ ];
        imports = m.imports or [ ];
        options = m.options or { };
        config = mkMerge (
          [ given ]
          ++ optional (explicit && m ? meta) { inherit (m) meta; }
          ++ optional (m ? freeformType) { _module.freeformType = m.freeformType; }
        );
      };

  # Calls a module with the arguments that it names.
  callModule =
    args: m:
    if isFunction m then
      m (
        args // mapAttrs (name: _: args.${name} or args.config._module.args.${name}) (lib.functionArgs m)
      )
    else
      m;

  # A module as it is imported: a file, a function or a set.
  load =
    args: file: key: m:
    if builtins.isPath m || builtins.isString m then
      normalize (toString m) (toString m) (callModule args (import m))
    else
      normalize file key (callModule args m);

  # All modules that some import, each once, but for those that are disabled.
  collectModules =
    args: modules:
    let
      node =
        file: key: n: m:
        let
          module = load args file "${key}:anon-${toString n}" m;
        in
        {
          inherit (module) key;
          inherit module;
        };
      nodes =
        file: key: list:
        lib.zipListsWith (node file key) (lib.range 1 (length list)) list;
      graph = builtins.genericClosure {
        startSet = nodes lib.unknownModule "" modules;
        operator = { module, key }: nodes module.file key module.imports;
      };
      nameOf =
        m:
        if isAttrs m then
          m.key
        else if lib.hasPrefix "/" (toString m) then
          toString m
        else
          toString (args.modulesPath or "") + "/" + m;
      disabled = concatMap ({ module, ... }: map nameOf module.disabledModules) graph;
    in
    map (n: n.module) (filter (n: !lib.elem n.key disabled) graph);

  # Takes mkMerge apart, and puts mkIf and mkOverride around each attribute instead
  # of the whole, so that conditions may depend on what the rest of it defines.
  pushDown =
    c:
    let
      around =
        f: map (inner: if isAttrs inner then mapAttrs (_: f) inner else inner) (pushDown c.content);
    in
    {
      merge = concatMap pushDown c.contents;
      "if" = around (mkIf c.condition);
      override = around (mkOverride c.priority);
    }
    .${kindOf c} or [ c ];

  # The definitions that count, without conditions.
  discharge =
    v:
    if kindOf v == "merge" then
      concatMap discharge v.contents
    else if kindOf v != "if" then
      [ v ]
    else if !lib.isBool v.condition then
      throw "‘mkIf’ called with a non-Boolean condition"
    else if v.condition then
      discharge v.content
    else
      [ ];

  # The options that some modules declare, with the values that definitions give
  # them, and the definitions that belong to none.
  mergeTree =
    prefix: declarations: definitions:
    let
      declared = lib.zipAttrsWith (_: lib.id) (
        map (
          d:
          mapAttrs (name: options: {
            inherit (d) file;
            inherit options;
            pos = builtins.unsafeGetAttrPos name d.options;
          }) d.options
        ) declarations
      );
      # The definitions of each name, as they are or with conditions pushed down.
      below =
        split:
        lib.zipAttrsWith (_: concatLists) (
          map (
            d:
            mapAttrs (
              _: v:
              map (value: {
                inherit (d) file;
                inherit value;
              }) (split v)
            ) (attrsAt prefix d)
          ) definitions
        );
      raw = below (v: [ v ]);
      pushed = below pushDown;
      results = mapAttrs (
        name: mergeName (prefix ++ [ name ]) (raw.${name} or [ ]) (pushed.${name} or [ ])
      ) declared;
      stray = lib.mapAttrsToList (name: map (d: d // { prefix = [ name ]; })) (
        removeAttrs raw (attrNames declared)
      );
      strayBelow = lib.mapAttrsToList (
        name: r: map (d: d // { prefix = [ name ] ++ d.prefix; }) r.stray
      ) results;
    in
    {
      options = mapAttrs (_: r: r.options) results;
      stray = concatLists (strayBelow ++ stray);
    };

  attrsAt =
    prefix: d:
    if isAttrs d.value then
      d.value
    else
      throw ''
        In module `${d.file}', you're trying to define a value of type `${builtins.typeOf d.value}'
        rather than an attribute set for the option
        `${showOption prefix}'!

        This usually happens if `${showOption prefix}' has option
        definitions inside that are not matched. Please check how to properly define
        this option by e.g. referring to `man 5 configuration.nix'!
      '';

  # The option or the set of options under a name.
  mergeName =
    loc: raw: pushed: declarations:
    let
      here = filter (d: isOption d.options) declarations;
      notHere = filter (d: !isOption d.options) declarations;
    in
    if here == [ ] then
      mergeTree loc declarations pushed
    else if notHere != [ ] then
      throw "The option `${showOption loc}' in module `${(head here).file}' would be a parent of the following options, but its type `${
        (head here).options.type.description or "<no description>"
      }' does not support nested options.\n${
        lib.concatMapStringsSep "\n" (
          d:
          lib.concatMapStringsSep "\n" (
            name: " - option(s) with prefix `${showOption (loc ++ [ name ])}' in module `${d.file}'"
          ) (attrNames d.options)
        ) notHere
      }"
    else
      {
        options = evalOption loc (lib.foldl' (addDeclaration loc) {
          inherit loc;
          declarations = [ ];
          declarationPositions = [ ];
        } here) raw;
        stray = [ ];
      };

  # An option with one more declaration of it.
  addDeclaration =
    loc: option: d:
    let
      both = name: option ? ${name} && d.options ? ${name};
      merged = option.type.typeMerge d.options.type.functor;
    in
    if
      both "default"
      || both "description"
      || both "example"
      || both "apply"
      || both "type" && merged == null
    then
      throw "The option `${showOption loc}' in `${d.file}' is already declared in ${showFiles option.declarations}."
    else
      d.options
      // option
      // {
        declarations = option.declarations ++ [ d.file ];
        declarationPositions = option.declarationPositions ++ [
          (
            if d.pos == null then
              {
                inherit (d) file;
                line = null;
                column = null;
              }
            else
              d.pos
          )
        ];
      }
      // lib.optionalAttrs (both "type") { type = merged; };

  # An option with its value.
  evalOption =
    loc: declared: given:
    let
      type =
        let
          t = declared.type or types.unspecified;
        in
        if t.getSubModules == null then
          t
        else
          t.substSubModules (map (setDefaultModuleLocation (head declared.declarations)) t.getSubModules);
      definitions =
        optional (declared ? default) {
          file = head declared.declarations;
          value = mkOptionDefault declared.default;
        }
        ++ given;
      merged = mergeDefinitions loc type definitions;
      value =
        if declared.readOnly or false && length definitions > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times. Definition values:${
            showDefs (map (d: d // { value = (mergeDefinitions loc type [ d ]).mergedValue; }) definitions)
          }"
        else
          merged.mergedValue;
    in
    declared
    // {
      inherit type;
      inherit (merged) highestPrio isDefined;
      value = builtins.addErrorContext "while evaluating the option `${showOption loc}':" (
        (declared.apply or lib.id) value
      );
      definitions = map (d: d.value) merged.defsFinal;
      files = map (d: d.file) merged.defsFinal;
      definitionsWithLocations = merged.defsFinal;
      __toString = _: showOption loc;
    };

  # Of what no option takes, the first as an error.
  complain =
    prefix: options: d:
    let
      parent = lib.init d.prefix;
      siblings = lib.remove "_module" (attrNames (lib.attrByPath parent { } options));
      near = lib.take 3 (lib.sortOn (lib.levenshtein (lib.last d.prefix)) siblings);
      names = map (name: "`${showOption (prefix ++ parent ++ [ name ])}'") near;
      suggestion =
        if names == [ ] then
          ""
        else if length names == 1 then
          "\n\nDid you mean ${head names}?"
        else
          "\n\nDid you mean ${lib.concatStringsSep ", " (lib.init names)} or ${lib.last names}?";
    in
    throw "The option `${
      showOption (prefix ++ d.prefix)
    }' does not exist. Definition values:${showDefs [ d ]}${suggestion}";

  # What all evaluations declare.
  internal = prefix: specialArgs: {
    _file = "lib/modules.nix";
    key = "lib/modules.nix";
    options._module = {
      args = lib.mkOption (
        {
          type = types.lazyAttrsOf types.raw;
          description = "Arguments for modules, beside `lib`, `config` and `options`.";
        }
        // lib.optionalAttrs (prefix != [ ]) { internal = true; }
      );
      check = lib.mkOption {
        type = types.bool;
        internal = true;
        default = true;
        description = "Whether what no option takes is an error.";
      };
      freeformType = lib.mkOption {
        type = types.nullOr types.optionType;
        internal = true;
        default = null;
        description = "The type of what no option takes.";
      };
      specialArgs = lib.mkOption {
        readOnly = true;
        internal = true;
        description = "Arguments that decide about imports.";
      };
    };
    config._module.specialArgs = specialArgs;
  };

  mkIf = condition: content: property "if" { inherit condition content; };
  mkMerge = contents: property "merge" { inherit contents; };
  mkOverride = priority: content: property "override" { inherit priority content; };
  mkOrder = priority: content: property "order" { inherit priority content; };
  mkOptionDefault = mkOverride 1500;

  setDefaultModuleLocation = file: m: {
    _file = file;
    imports = [ m ];
  };

  mergeDefinitions = loc: type: defs: rec {
    discharged = concatMap (
      d:
      map (value: {
        inherit (d) file;
        inherit value;
      }) (builtins.addErrorContext "while evaluating definitions from `${d.file}':" (discharge d.value))
    ) defs;
    priorityOf = d: if kindOf d.value == "override" then d.value.priority else defaultPriority;
    highestPrio = lib.foldl' (p: d: lib.min p (priorityOf d)) 9999 discharged;
    strongest = map (d: if kindOf d.value == "override" then d // { value = d.value.content; } else d) (
      filter (d: priorityOf d == highestPrio) discharged
    );
    orderOf = d: if kindOf d.value == "order" then d.value.priority else defaultOrder;
    defsFinal = map (d: if kindOf d.value == "order" then d // { value = d.value.content; } else d) (
      builtins.sort (a: b: orderOf a < orderOf b) strongest
    );

    isDefined = defsFinal != [ ];
    wrong = filter (d: !type.check d.value) defsFinal;
    mergedValue =
      if isDefined then
        if wrong == [ ] then
          type.merge loc defsFinal
        else
          throw "A definition for option `${showOption loc}' is not of type `${type.description}'. ${lib.optionalString type.nested "TypeError: "}${type.complaint loc}Definition values:${lib.optionalString type.nested " "}${showDefs wrong}"
      else if type.emptyValue ? value then
        type.emptyValue.value
      else
        throw "The option `${showOption loc}' was accessed but has no value defined. Try setting the option.";
    optionalValue = lib.optionalAttrs isDefined { value = mergedValue; };
  };

  /**
    Evaluates modules.

    # Inputs

    `modules`
    : files, functions and sets

    `specialArgs`
    : arguments of modules that `imports` may depend on

    `prefix`
    : where the options are, for messages
  */
  evalModules =
    {
      modules,
      prefix ? [ ],
      specialArgs ? { },
      class ? null,
    }@given:
    let
      all =
        collectModules
          (
            {
              inherit lib options config;
              _class = class;
              _prefix = prefix;
            }
            // specialArgs
            // {
              inherit specialArgs;
            }
          )
          (
            modules
            ++ [
              (internal prefix specialArgs)
              { _module.args = { inherit extendModules; }; }
            ]
          );
      tree = mergeTree prefix (lib.reverseList all) (
        concatMap (
          m:
          map (value: {
            inherit (m) file;
            inherit value;
          }) (pushDown m.config)
        ) (lib.reverseList all)
      );
      inherit (tree) options;
      declared = lib.mapAttrsRecursiveCond (v: !isOption v) (_: v: v.value) options;
      freeform = declared._module.freeformType;
      config =
        if freeform == null || tree.stray == [ ] then
          declared
        else
          lib.recursiveUpdate (freeform.merge prefix (
            map (d: {
              inherit (d) file;
              value = lib.setAttrByPath d.prefix d.value;
            }) tree.stray
          )) declared;
      checked = builtins.seq (
        if declared._module.check && freeform == null && tree.stray != [ ] then
          complain prefix options (head tree.stray)
        else
          null
      );
      extendModules =
        more:
        evalModules (
          given
          // {
            modules = modules ++ more.modules or [ ];
            specialArgs = specialArgs // more.specialArgs or { };
            prefix = more.prefix or prefix;
          }
        );
    in
    {
      _type = "configuration";
      options = checked options;
      config = checked (removeAttrs config [ "_module" ]);
      _module = checked config._module;
      type = types.submoduleWith { inherit modules specialArgs class; };
      inherit class extendModules;
    };

  # An option that stands for another one, which is told if somebody uses it.
  rename =
    {
      from,
      to,
      visible,
      warn,
    }:
    { config, options, ... }:
    let
      old = lib.getAttrFromPath from options;
      new = lib.attrByPath to (abort "Renaming error: option `${showOption to}' does not exist.") options;
    in
    {
      options = lib.setAttrByPath from (
        lib.mkOption {
          inherit visible;
          inherit (new) type;
          description = "Alias of {option}`${showOption to}`.";
          apply = _: lib.getAttrFromPath to config;
        }
      );
      config = mkMerge [
        (lib.optionalAttrs (options ? warnings) {
          warnings =
            optional (warn && old.isDefined)
              "The option `${showOption from}' defined in ${showFiles old.files} has been renamed to `${showOption to}'.";
        })
        (lib.setAttrByPath to (
          mkIf old.isDefined (mkMerge (map (mkOverride old.highestPrio) old.definitions))
        ))
      ];
    };
in
{
  inherit
    evalModules
    mergeDefinitions
    mkIf
    mkMerge
    mkOptionDefault
    mkOrder
    mkOverride
    setDefaultModuleLocation
    ;

  unknownModule = "<unknown-file>";

  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  mkVMOverride = mkOverride 10;
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;

  # A module that gives an option a new name.
  mkRenamedOptionModule =
    from: to:
    rename {
      inherit from to;
      visible = false;
      warn = true;
    };

  # A module that gives an option a second name.
  mkAliasOptionModule =
    from: to:
    rename {
      inherit from to;
      visible = true;
      warn = false;
    };

  # A module for an option that is no more.
  mkRemovedOptionModule =
    name: instructions:
    { options, ... }:
    let
      old = lib.getAttrFromPath name options;
    in
    {
      options = lib.setAttrByPath name (
        lib.mkOption {
          visible = false;
          apply =
            _:
            throw "The option `${showOption name}' can no longer be used since it's been removed. ${instructions}";
        }
      );
      config.assertions = [
        {
          assertion = !old.isDefined;
          message = "The option definition `${showOption name}' in ${showFiles old.files} no longer has any effect; please remove it.\n${instructions}";
        }
      ];
    };
}
