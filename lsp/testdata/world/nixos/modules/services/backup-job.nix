{
  name,
  lib,
  pkgs,
  ...
}:
{
  options = {
    paths = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      description = "What is copied.";
    };
    target = lib.mkOption {
      type = lib.types.str;
      default = "/backup/${name}";
      description = "Where it is copied to.";
    };
    when = lib.mkOption {
      type = lib.types.nullOr lib.types.str;
      default = "daily";
      description = "When it is copied.";
    };
    tool = lib.mkOption {
      type = lib.types.package;
      default = pkgs.coreutils;
      defaultText = lib.literalExpression "pkgs.coreutils";
      description = "What copies.";
    };
  };
}
