{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.programs.git;
in
{
  options.programs.git = {
    enable = lib.mkEnableOption "git, a distributed version control";

    package = lib.mkPackageOption pkgs "git" { };

    config = lib.mkOption {
      type = lib.types.attrsOf (lib.types.attrsOf lib.types.anything);
      default = { };
      example = {
        init.defaultBranch = "main";
      };
      description = "What is in {file}`/etc/gitconfig`.";
    };

    prompt = lib.mkOption {
      type = lib.types.functionTo lib.types.str;
      default = branch: "(${branch})";
      defaultText = lib.literalExpression ''branch: "(''${branch})"'';
      description = "What the prompt says about a branch.";
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ cfg.package ];
    environment.etc.gitconfig = lib.mkIf (cfg.config != { }) {
      text = lib.generators.toINI { } cfg.config;
    };
  };
}
