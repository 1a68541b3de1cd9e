{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
in
{
  options.environment = {
    systemPackages = mkOption {
      type = types.listOf types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.git pkgs.htop ]";
      description = "Packages that all users have.";
    };

    variables = mkOption {
      type = types.attrsOf (
        types.nullOr (
          types.oneOf [
            types.int
            types.str
            (types.listOf types.str)
          ]
        )
      );
      default = { };
      example = {
        EDITOR = "vim";
      };
      description = "Variables of the environment of all shells.";
    };

    shellAliases = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = {
        ll = "ls -l";
      };
      description = "Words that shells take for commands.";
    };

    etc = mkOption {
      default = { };
      description = "Files in {file}`/etc`.";
      example = lib.literalExpression ''
        {
          "hosts.allow".text = "ALL: 127.0.0.1";
        }
      '';
      type = types.attrsOf (
        types.submodule (
          { name, config, ... }:
          {
            options = {
              enable = mkOption {
                type = types.bool;
                default = true;
                description = "Whether there is the file.";
              };
              target = mkOption {
                type = types.str;
                default = name;
                defaultText = lib.literalMD "its name";
                description = "The path of the file below {file}`/etc`.";
              };
              text = mkOption {
                type = types.nullOr types.lines;
                default = null;
                description = "What is in the file.";
              };
              source = mkOption {
                type = types.path;
                description = "A file to link to.";
              };
              mode = mkOption {
                type = types.strMatching "0[0-7]{3}|symlink";
                default = "symlink";
                example = "0600";
                description = "The mode of the file, or `symlink`.";
              };
            };
            config = lib.mkIf (config.text != null) {
              source = lib.mkDefault (pkgs.writeText "etc-${name}" config.text);
            };
          }
        )
      );
    };
  };

  config.environment.systemPackages = [
    pkgs.bash
    pkgs.coreutils
  ];
}
