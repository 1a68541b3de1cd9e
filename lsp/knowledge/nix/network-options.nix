# What a file of Morph or NixOps says beside its machines: in words of our own, after
# the README of Morph and the manual of NixOps 1.7.
{ lib, ... }:
let
  inherit (lib) mkOption types;

  text = description: mkOption {
    type = types.str;
    inherit description;
  };

  maybe = type: description: mkOption {
    type = types.nullOr type;
    default = null;
    inherit description;
  };

  flag = default: description: mkOption {
    type = types.bool;
    inherit default description;
  };

  many = description: options: mkOption {
    type = types.attrsOf (types.submodule { inherit options; });
    default = { };
    inherit description;
  };

  aws = {
    accessKeyId = text "The access key of AWS, or a name that `~/.ec2-keys` or `~/.aws/credentials` has for one.";
    region = text "The region of AWS in which the resource is.";
  };
in
{
  options.network = {
    description = mkOption {
      type = types.str;
      default = "Unnamed network";
      description = "What the network is, in a few words. Tools show it in their lists.";
    };
    enableRollback = flag false "Whether NixOps keeps earlier configurations of the network, so that `nixops rollback` can bring one back.";
    storage = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "Where NixOps 2 keeps the state of the network.";
    };
    lock = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "How NixOps 2 keeps two people from deploying at once.";
    };
    nixpkgs = maybe types.unspecified "The package set that NixOps 2 evaluates machines with, or its path. By default it is `<nixpkgs>`.";
    pkgs = maybe types.unspecified "The package set that Morph evaluates machines with; the NixOS modules are those beside it. By default it is `<nixpkgs>`.";
    evalConfig = maybe types.unspecified "The file with which Morph evaluates machines in place of `nixos/lib/eval-config.nix` of the package set.";
    specialArgs = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "Arguments that the modules of all machines are called with, and that are known while imports are.";
    };
    runCommand = maybe types.unspecified "The function with which Morph makes what gathers the systems of all machines.";
    nixConfig = mkOption {
      type = types.attrsOf types.str;
      default = { };
      description = "Settings of Nix with which Morph builds.";
    };
    ordering.tags = mkOption {
      type = types.listOf types.str;
      default = [ ];
      description = "In which order Morph goes through the machines: those with the first of these tags first, those with none of them last.";
    };
    buildShell = maybe types.unspecified "The shell in which Morph runs its commands.";
  };

  options.resources = {
    machines = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "The machines of the network.";
    };
    sshKeyPairs = many "Pairs of SSH keys that NixOps makes." {
      publicKey = text "The public key, once it is made.";
      privateKey = text "The private key, once it is made.";
    };
    commandOutput = many "Texts that a command prints while NixOps deploys." {
      script = text "What is run.";
      value = text "What was printed.";
    };
    ec2KeyPairs = many "Pairs of keys for machines in EC2." (aws // { name = text "The name of the pair in EC2."; });
    ec2SecurityGroups = many "Security groups, which say who reaches machines in EC2." (
      aws
      // {
        name = text "The name of the group in EC2.";
        description = text "What the group is for.";
        vpcId = maybe types.str "The virtual private cloud that the group is in.";
        rules = mkOption {
          type = types.listOf (
            types.submodule {
              options = {
                protocol = text "The protocol that is let through: `tcp`, `udp` or `icmp`.";
                fromPort = maybe types.int "The first port.";
                toPort = maybe types.int "The last port.";
                sourceIp = maybe types.str "From which addresses, as a range like `10.0.0.0/8`.";
              };
            }
          );
          default = [ ];
          description = "What is let through to the machines.";
        };
      }
    );
    elasticIPs = many "Addresses of EC2 that stay the same." (aws // { address = text "The address, once it is there."; });
    ebsVolumes = many "Volumes of EC2 that outlive machines." (
      aws
      // {
        size = mkOption {
          type = types.int;
          description = "How large the volume is, in GiB.";
        };
        zone = text "The zone that the volume is in.";
      }
    );
    s3Buckets = many "Buckets of S3." (aws // { name = text "The name of the bucket."; });
    iamRoles = many "Roles that machines in EC2 can have." (aws // { policy = text "What the role may do, as JSON."; });
    vpc = many "Virtual private clouds of EC2." (aws // { cidrBlock = text "The addresses of the cloud, as a range."; });
    vpcSubnets = many "Parts of virtual private clouds." (
      aws
      // {
        vpcId = text "The cloud that it is a part of.";
        cidrBlock = text "The addresses of the part, as a range.";
        zone = text "The zone that it is in.";
      }
    );
  };
}
