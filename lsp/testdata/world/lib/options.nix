# Declarations of options.
{ lib }:
rec {
  /**
    Declares an option.

    # Inputs

    A set of

    `type`
    : what values it takes

    `default`
    : its value if nobody sets it

    `description`
    : what it is for, in Markdown
  */
  mkOption =
    {
      default ? null,
      defaultText ? null,
      example ? null,
      description ? null,
      relatedPackages ? null,
      type ? null,
      apply ? null,
      internal ? null,
      visible ? null,
      readOnly ? null,
    }@declaration:
    declaration // { _type = "option"; };

  /**
    Declares an option that turns something on, which is off by default.
  */
  mkEnableOption =
    name:
    mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether to enable ${name}.";
    };

  /**
    Declares an option for a package, which by default is the one of that name.
  */
  mkPackageOption =
    pkgs: name:
    {
      default ? name,
      example ? null,
      nullable ? false,
    }:
    let
      path = if builtins.isList default then default else [ default ];
    in
    mkOption (
      {
        type = (if nullable then lib.types.nullOr else lib.id) lib.types.package;
        default = lib.getAttrFromPath path pkgs;
        defaultText = literalExpression "pkgs.${lib.concatStringsSep "." path}";
        description = "The ${name} package to use.";
      }
      // lib.optionalAttrs (example != null) { example = literalExpression "pkgs.${example}"; }
    );

  # An expression for an example or a default, given as text.
  literalExpression = text: {
    _type = "literalExpression";
    inherit text;
  };

  # Markdown for a default that is better described.
  literalMD = text: {
    _type = "literalMD";
    inherit text;
  };

  # A description in Markdown, as it was marked for some years.
  mdDoc = text: text;

  isOption = x: x._type or null == "option";

  # The path of an option as it is written.
  showOption = lib.concatMapStringsSep "." (
    part:
    if part == "*" || builtins.match "<.*>" part != null then part else lib.escapeNixIdentifier part
  );

  showFiles = lib.concatMapStringsSep " and " (file: "`${file}'");

  # Definitions with their files, each with the beginning of its value.
  showDefs = lib.concatMapStrings (
    def:
    let
      text = builtins.tryEval (
        let
          s = lib.generators.toPretty { } def.value;
        in
        builtins.seq s s
      );
      lines = lib.splitString "\n" text.value;
      shown = lib.concatStringsSep "\n    " (
        lib.take 5 lines ++ lib.optional (lib.length lines > 5) "..."
      );
    in
    "\n- In `${def.file}'"
    + lib.optionalString text.success (if lib.length lines > 1 then ":\n    ${shown}" else ": ${shown}")
  );

  # Takes one definition and fails if there are more.
  mergeOneOption =
    loc: defs:
    if lib.length defs == 1 then
      (lib.head defs).value
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.\n\nDefinition values:${showDefs defs}\n${prioritySuggestion}";

  # Takes what all definitions say, and fails if they differ.
  mergeEqualOption =
    loc: defs:
    let
      first = lib.head defs;
      other = lib.filter (def: def.value != first.value) (lib.tail defs);
    in
    if other == [ ] then
      first.value
    else
      throw "The option `${showOption loc}' has conflicting definition values:${
        showDefs [
          first
          (lib.head other)
        ]
      }\n${prioritySuggestion}";

  prioritySuggestion = "Use `lib.mkForce value` or `lib.mkDefault value` to change the priority on any of these definitions.";

  # All options as a list, for manuals.
  optionAttrSetToDocList =
    options:
    lib.concatMap (
      option:
      let
        below = option.type.getSubOptions option.loc;
      in
      [
        (
          {
            name = showOption option.loc;
            inherit (option) loc declarations;
            description = option.description or null;
            type = option.type.description or "unspecified";
            internal = option.internal or false;
            visible = option.visible or true;
            readOnly = option.readOnly or false;
          }
          // lib.optionalAttrs (option ? example) { inherit (option) example; }
          // lib.optionalAttrs (option ? default || option ? defaultText) {
            default = option.defaultText or option.default;
          }
        )
      ]
      ++ lib.optionals (below != { }) (optionAttrSetToDocList below)
    ) (lib.collect isOption options);
}
