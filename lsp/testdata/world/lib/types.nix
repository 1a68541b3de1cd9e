# What options take: each type checks a definition, merges several, and says what
# it is made of.
{ lib }:
let
  inherit (lib)
    all
    filter
    isAttrs
    isFunction
    isInt
    isList
    isString
    ;

  functorOf = name: payload: {
    inherit name payload;
    type = types.${name} or null;
    binOp = _: _: null;
  };

  # A type that is made of another one.
  around =
    name: elemType: rest:
    types.mkOptionType (
      {
        inherit name;
        nestedTypes.elemType = elemType;
        functor = functorOf name { inherit elemType; };
        # What is wrong with a definition is told together with its value.
        nested = true;
      }
      // rest
    );

  # The description of a type as part of that of another, in parentheses unless it
  # is of a class that is plain there.
  phrase =
    plain: t: if lib.elem t.descriptionClass plain then t.description else "(${t.description})";
  element = phrase [
    "noun"
    "composite"
  ];
  choice = phrase [
    "noun"
    "conjunction"
  ];

  # What the definitions of one element or attribute amount to, nothing if all
  # are switched off.
  optionalValue =
    loc: type: defs:
    (lib.mergeDefinitions loc type defs).optionalValue;

  # The elements of definition `n` of a list, the first of which is 1.
  elements =
    loc: elemType: n: def:
    lib.genList (
      i:
      optionalValue (loc ++ [ "[definition ${toString n}-entry ${toString (i + 1)}]" ]) elemType [
        {
          inherit (def) file;
          value = lib.elemAt def.value i;
        }
      ]
    ) (lib.length def.value);

  # The definitions of each attribute.
  definitionsOf =
    defs:
    lib.zipAttrsWith (_: lib.id) (
      map (
        def:
        lib.mapAttrs (_: value: {
          inherit (def) file;
          inherit value;
        }) def.value
      ) defs
    );

  attrsOfKind =
    name: lazy: elemType:
    around name elemType {
      description = "${lib.optionalString lazy "lazy "}attribute set of ${element elemType}";
      descriptionClass = "composite";
      check = isAttrs;
      emptyValue.value = { };
      getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<name>" ]);
      inherit (elemType) getSubModules;
      substSubModules = modules: attrsOfKind name lazy (elemType.substSubModules modules);
      merge =
        loc: defs:
        let
          each = lib.mapAttrs (
            name: defs:
            let
              here = loc ++ [ name ];
              merged = lib.mergeDefinitions here elemType defs;
            in
            if lazy then
              { value = merged.optionalValue.value or elemType.emptyValue.value or merged.mergedValue; }
            else
              merged.optionalValue
          ) (definitionsOf defs);
        in
        lib.mapAttrs (_: v: v.value) (if lazy then each else lib.filterAttrs (_: v: v ? value) each);
    };

  string =
    name: description: separator:
    types.mkOptionType {
      inherit name description;
      descriptionClass = "noun";
      check = isString;
      merge =
        loc: defs:
        if separator == null then
          lib.mergeEqualOption loc defs
        else
          lib.concatMapStringsSep separator (def: def.value) defs;
    };

  int =
    name: description: check:
    types.mkOptionType {
      inherit name description;
      descriptionClass = "noun";
      check = x: isInt x && check x;
      merge = lib.mergeEqualOption;
    };

  types = {
    mkOptionType =
      {
        name,
        description ? name,
        descriptionClass ? null,
        check ? _: true,
        merge ? lib.mergeOneOption,
        emptyValue ? { },
        getSubOptions ? _: { },
        getSubModules ? null,
        substSubModules ? _: null,
        functor ? functorOf name null,
        nestedTypes ? { },
        nested ? false,
        complaint ? _: "",
        typeMerge ? null,
      }:
      let
        self = {
          _type = "option-type";
          inherit
            check
            complaint
            description
            descriptionClass
            emptyValue
            functor
            getSubModules
            getSubOptions
            merge
            name
            nested
            nestedTypes
            substSubModules
            ;
          typeMerge =
            if typeMerge != null then
              typeMerge
            else
              other: if other.name == name && functor.payload == null then self else null;
        };
      in
      self;

    isOptionType = x: x._type or null == "option-type";

    raw = types.mkOptionType {
      name = "raw";
      description = "raw value";
      descriptionClass = "noun";
    };

    unspecified = types.mkOptionType {
      name = "unspecified";
      description = "unspecified value";
      descriptionClass = "noun";
      merge =
        loc: defs:
        let
          values = map (def: def.value) defs;
        in
        if lib.length values == 1 then
          lib.head values
        else if all isAttrs values then
          lib.foldl' (a: b: a // b) { } values
        else if all isList values then
          lib.concatLists values
        else
          lib.mergeOneOption loc defs;
    };

    anything = types.mkOptionType {
      name = "anything";
      descriptionClass = "noun";
      merge =
        loc: defs:
        let
          values = map (def: def.value) defs;
        in
        if all (v: isAttrs v && !lib.isDerivation v) values then
          (types.lazyAttrsOf types.anything).merge loc defs
        else if all isList values && lib.length values > 1 then
          lib.concatLists values
        else
          lib.mergeEqualOption loc defs;
    };

    bool = types.mkOptionType {
      name = "bool";
      description = "boolean";
      descriptionClass = "noun";
      check = lib.isBool;
      merge = lib.mergeEqualOption;
    };

    int = int "int" "signed integer" (_: true);

    ints = {
      between =
        low: high:
        int "intBetween" "integer between ${toString low} and ${toString high} (both inclusive)" (
          x: low <= x && x <= high
        );
      positive = int "positiveInt" "positive integer, meaning >0" (x: x > 0);
      unsigned = int "unsignedInt" "unsigned integer, meaning >=0" (x: x >= 0);
      u16 = types.ints.between 0 65535;
    };

    port = int "port" "16 bit unsigned integer; between 0 and 65535 (both inclusive)" (
      x: 0 <= x && x <= 65535
    );

    float = types.mkOptionType {
      name = "float";
      description = "floating point number";
      descriptionClass = "noun";
      check = builtins.isFloat;
      merge = lib.mergeEqualOption;
    };

    str = string "str" "string" null;
    lines = string "separatedString" ''strings concatenated with "\n"'' "\n";
    commas = string "separatedString" ''strings concatenated with ","'' ",";
    separatedString =
      separator:
      string "separatedString" "strings concatenated with ${builtins.toJSON separator}" separator;

    strMatching =
      pattern:
      types.mkOptionType {
        name = "strMatching ${builtins.toJSON pattern}";
        description = "string matching the pattern ${pattern}";
        check = x: isString x && builtins.match pattern x != null;
        merge = lib.mergeEqualOption;
      };

    path = types.mkOptionType {
      name = "path";
      description = "absolute path";
      descriptionClass = "noun";
      check = x: builtins.isPath x || (builtins.isString x || x ? outPath) && builtins.substring 0 1 "${x}" == "/";
      merge = lib.mergeEqualOption;
    };

    package = types.mkOptionType {
      name = "package";
      descriptionClass = "noun";
      check = lib.isDerivation;
    };

    attrs = types.mkOptionType {
      name = "attrs";
      description = "attribute set";
      check = isAttrs;
      merge = _: lib.foldl' (set: def: set // def.value) { };
      emptyValue.value = { };
    };

    # One of some values.
    enum =
      values:
      let
        show = v: if isString v then ''"${v}"'' else builtins.toJSON v;
      in
      types.mkOptionType {
        name = "enum";
        description =
          if lib.length values == 1 then
            "value ${show (lib.head values)} (singular enum)"
          else
            "one of ${lib.concatMapStringsSep ", " show values}";
        descriptionClass = if lib.length values > 1 then "conjunction" else "noun";
        check = x: lib.elem x values;
        merge = lib.mergeEqualOption;
        functor = functorOf "enum" { inherit values; };
        typeMerge =
          other:
          if other.name == "enum" then types.enum (lib.unique (values ++ other.payload.values)) else null;
      };

    listOf =
      elemType:
      around "listOf" elemType {
        description = "list of ${element elemType}";
        descriptionClass = "composite";
        check = isList;
        emptyValue.value = [ ];
        getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "*" ]);
        inherit (elemType) getSubModules;
        substSubModules = modules: types.listOf (elemType.substSubModules modules);
        merge =
          loc: defs:
          map (v: v.value) (
            filter (v: v ? value) (
              lib.concatLists (lib.zipListsWith (elements loc elemType) (lib.range 1 (lib.length defs)) defs)
            )
          );
      };

    attrsOf = attrsOfKind "attrsOf" false;
    lazyAttrsOf = attrsOfKind "lazyAttrsOf" true;

    # Only one definition.
    uniq =
      elemType:
      around "unique" elemType {
        inherit (elemType)
          check
          description
          descriptionClass
          emptyValue
          getSubModules
          getSubOptions
          ;
        nested = false;
        substSubModules = modules: types.uniq (elemType.substSubModules modules);
        merge = loc: defs: builtins.seq (lib.mergeOneOption loc defs) (elemType.merge loc defs);
      };

    nullOr =
      elemType:
      around "nullOr" elemType {
        description = "null or ${choice elemType}";
        descriptionClass = "conjunction";
        nested = false;
        check = x: x == null || elemType.check x;
        emptyValue.value = null;
        inherit (elemType) getSubModules getSubOptions;
        substSubModules = modules: types.nullOr (elemType.substSubModules modules);
        merge =
          loc: defs:
          let
            given = filter (def: def.value != null) defs;
          in
          if given == [ ] then
            null
          else if lib.length given == lib.length defs then
            elemType.merge loc defs
          else
            throw "The option `${lib.showOption loc}` is defined both null and not null, in ${
              lib.showFiles (map (def: def.file) defs)
            }.";
      };

    either =
      left: right:
      types.mkOptionType {
        name = "either";
        description = "${choice left} or ${phrase [ "noun" "conjunction" "composite" ] right}";
        descriptionClass = "conjunction";
        nested = true;
        check = x: left.check x || right.check x;
        complaint =
          loc:
          "The option `${lib.showOption loc}` is neither a value of type `${left.description}` nor `${right.description}`, ";
        merge =
          loc: defs:
          let
            fits = t: all (def: t.check def.value) defs;
          in
          if fits left then
            left.merge loc defs
          else if fits right then
            right.merge loc defs
          else
            lib.mergeOneOption loc defs;
        functor = functorOf "either" {
          elemType = [
            left
            right
          ];
        };
        nestedTypes = {
          inherit left right;
        };
      };

    oneOf = list: lib.foldl' types.either (lib.head list) (lib.tail list);

    # A type that also takes values of another one, which a function converts.
    coercedTo =
      coercedType: convert: finalType:
      types.mkOptionType {
        name = "coercedTo";
        description = "${phrase [ "noun" ] finalType} or ${phrase [ "noun" ] coercedType} convertible to it";
        nested = true;
        check = x: finalType.check x || coercedType.check x && finalType.check (convert x);
        inherit (finalType) emptyValue getSubModules getSubOptions;
        substSubModules = modules: types.coercedTo coercedType convert (finalType.substSubModules modules);
        merge =
          loc: defs:
          finalType.merge loc (
            map (
              def: def // { value = if coercedType.check def.value then convert def.value else def.value; }
            ) defs
          );
        nestedTypes = {
          inherit coercedType finalType;
        };
      };

    functionTo =
      elemType:
      around "functionTo" elemType {
        description = "function that evaluates to a(n) ${element elemType}";
        descriptionClass = "composite";
        check = isFunction;
        getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<function body>" ]);
        merge =
          loc: defs: arg:
          elemType.merge (loc ++ [ "<function body>" ]) (map (def: def // { value = def.value arg; }) defs);
      };

    submodule =
      modules:
      types.submoduleWith {
        modules = if isList modules then modules else [ modules ];
        shorthandOnlyDefinesConfig = true;
      };

    submoduleWith =
      {
        modules,
        specialArgs ? { },
        shorthandOnlyDefinesConfig ? false,
        description ? null,
        class ? null,
      }@given:
      let
        base = lib.evalModules {
          inherit class specialArgs;
          modules = [ { _module.args.name = lib.mkOptionDefault "‹name›"; } ] ++ modules;
        };
        freeform = base._module.freeformType;
        asModule =
          def:
          lib.setDefaultModuleLocation def.file (
            if isAttrs def.value && shorthandOnlyDefinesConfig then { config = def.value; } else def.value
          );
      in
      types.mkOptionType {
        name = "submodule";
        nested = true;
        description =
          if description != null then
            description
          else if freeform != null then
            "open submodule of ${element freeform}"
          else
            "submodule";
        check = x: isAttrs x || isFunction x || types.path.check x;
        emptyValue.value = base.config;
        merge =
          loc: defs:
          (base.extendModules {
            modules = [ { _module.args.name = lib.last loc; } ] ++ map asModule defs;
            prefix = loc;
          }).config;
        getSubOptions =
          prefix:
          let
            docs = base.extendModules {
              inherit prefix;
              modules = [ { _module.check = lib.mkForce false; } ];
            };
          in
          docs.options
          // lib.optionalAttrs (freeform != null) { _freeformOptions = freeform.getSubOptions prefix; };
        getSubModules = modules;
        substSubModules = modules: types.submoduleWith (given // { inherit modules; });
        nestedTypes = lib.optionalAttrs (freeform != null) { freeformType = freeform; };
        functor = functorOf "submodule" {
          inherit modules specialArgs shorthandOnlyDefinesConfig;
        };
        typeMerge =
          other:
          if other.name == "submodule" then
            types.submoduleWith (given // { modules = modules ++ other.payload.modules; })
          else
            null;
      };

    # A module that is evaluated somewhere else.
    deferredModule = types.mkOptionType {
      name = "deferredModule";
      description = "module";
      descriptionClass = "noun";
      check = x: isAttrs x || isFunction x || types.path.check x;
      merge = _: defs: {
        imports = map (def: lib.setDefaultModuleLocation def.file def.value) defs;
      };
    };

    optionType = types.mkOptionType {
      name = "optionType";
      description = "optionType";
      check = types.isOptionType;
      merge =
        loc: defs:
        if lib.length defs == 1 then
          (lib.head defs).value
        else
          lib.foldl' (a: b: a.typeMerge b.functor) (lib.head defs).value (
            map (def: def.value) (lib.tail defs)
          );
    };
  };
in
types
