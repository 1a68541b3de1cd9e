{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;

  user =
    { name, config, ... }:
    {
      options = {
        name = mkOption {
          type = types.str;
          default = name;
          description = "The name of the account.";
        };
        uid = mkOption {
          type = types.nullOr types.int;
          default = null;
          description = "The number of the account; by default one that is free.";
        };
        isNormalUser = mkOption {
          type = types.bool;
          default = false;
          description = "Whether the account is for a person.";
        };
        description = mkOption {
          type = types.str;
          default = "";
          example = "Alice Q. User";
          description = "What the account is for, as the name of its person.";
        };
        home = mkOption {
          type = types.path;
          default = "/var/empty";
          description = "The home directory.";
        };
        shell = mkOption {
          type = types.nullOr (types.either types.package types.path);
          default = pkgs.bash;
          defaultText = lib.literalExpression "pkgs.bash";
          example = lib.literalExpression "pkgs.bash";
          description = "The shell that greets the user.";
        };
        extraGroups = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Groups beside that of the account.";
        };
        packages = mkOption {
          type = types.listOf types.package;
          default = [ ];
          description = "Packages for this user alone.";
        };
        openssh.authorizedKeys.keys = mkOption {
          type = types.listOf types.str;
          default = [ ];
          description = "Keys that may log in as the user.";
        };
      };
      config = lib.mkIf config.isNormalUser {
        home = lib.mkDefault "/home/${config.name}";
      };
    };
in
{
  options.users = {
    mutableUsers = mkOption {
      type = types.bool;
      default = true;
      description = "Whether accounts may be changed on the machine.";
    };

    users = mkOption {
      type = types.attrsOf (types.submodule user);
      default = { };
      example = {
        alice.isNormalUser = true;
      };
      description = "The accounts of the machine.";
    };

    groups = mkOption {
      type = types.attrsOf (
        types.submodule (
          { name, ... }:
          {
            options.gid = mkOption {
              type = types.nullOr types.int;
              default = null;
              description = "The number of the group ${name}.";
            };
            options.members = mkOption {
              type = types.listOf types.str;
              default = [ ];
              description = "Accounts in the group.";
            };
          }
        )
      );
      default = { };
      description = "The groups of the machine.";
    };
  };

  config = {
    users.users.root = {
      uid = 0;
      home = "/root";
    };
    users.groups.wheel.gid = 1;
    assertions = [
      {
        assertion = config.users.users.root.uid == 0;
        message = "The account root has to have number 0.";
      }
    ];
  };
}
