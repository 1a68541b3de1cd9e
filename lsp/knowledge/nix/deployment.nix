# How a machine is deployed by Morph or NixOps: in words of our own, after the README
# of Morph and the manual of NixOps 1.7. What both have is declared once.
{ lib, name, ... }:
let
  inherit (lib) mkOption types;

  option = type: default: description: mkOption {
    inherit type default description;
  };

  flag = option types.bool;

  maybe = type: option (types.nullOr type) null;

  texts = option (types.listOf types.str) [ ];

  submodule = options: types.submodule { inherit options; };

  named = options: option (types.attrsOf (submodule options)) { };

  listed = options: option (types.listOf (submodule options)) [ ];

  secret = {
    source = mkOption {
      type = types.str;
      description = "The file with the secret on the machine that deploys, relative to the file of the network.";
    };
    destination = mkOption {
      type = types.str;
      description = "Where the secret is put on the target.";
    };
    owner = {
      user = option types.str "root" "The user who owns the secret.";
      group = option types.str "root" "The group that owns the secret.";
    };
    permissions = option types.str "0400" "The mode of the secret, in octal digits.";
    action = option (types.listOf types.str) [ ] "A command with its arguments that is run on the target after the secret was put there, such as one that restarts a service.";
    mkDirs = flag true "Whether directories that are missing on the way to the destination are made.";
    uploadAt = option (types.enum [ "pre-activation" "post-activation" ]) "pre-activation" "Whether the secret is put there before or after the new configuration is activated.";
  };

  http = {
    description = option types.str "" "What is checked, for people.";
    host = maybe types.str "The host that is asked; by default the target.";
    scheme = option types.str "http" "The scheme of the URL: `http` or `https`.";
    port = option types.int 80 "The port that is asked.";
    path = option types.str "/" "The path of the URL.";
    headers = option (types.attrsOf types.str) { } "Headers that are sent.";
    period = option types.int 2 "How many seconds pass between two attempts.";
    timeout = option types.int 5 "How many seconds an attempt may take.";
    insecureSSL = flag false "Whether the certificate is not verified.";
  };

  cmd = {
    description = option types.str "" "What is checked, for people.";
    cmd = option (types.listOf types.str) [ ] "The command with its arguments. It is run on the target, and must end with 0.";
    period = option types.int 2 "How many seconds pass between two attempts.";
    timeout = option types.int 5 "How many seconds an attempt may take.";
  };

  checks = what: {
    cmd = listed cmd "Commands that must succeed ${what}.";
    http = listed http "URLs that must answer ${what}.";
  };

  key = {
    text = maybe types.str "The secret itself. It gets into the state of NixOps, but not into the store of the target.";
    keyFile = maybe types.path "The file with the secret on the machine that deploys.";
    keyCommand = option (types.nullOr (types.listOf types.str)) null "A command with its arguments that prints the secret.";
    destDir = option types.path "/run/keys" "The directory on the target in which the secret is put, under its name.";
    path = mkOption {
      type = types.path;
      internal = true;
      description = "Where the secret is on the target.";
    };
    user = option types.str "root" "The user who owns the secret.";
    group = option types.str "root" "The group that owns the secret.";
    permissions = option types.str "0600" "The mode of the secret, in octal digits.";
  };
in
{
  options.deployment = {
    # Of both tools.
    targetHost = option types.str name "The host name or the address under which the machine is reached by SSH.";
    targetPort = option (types.nullOr types.int) null "The port of SSH on the machine.";
    targetUser = maybe types.str "The user as whom tools log in on the machine. NixOps takes `root` by default, Morph whom SSH takes.";

    # Of Morph.
    secrets = named secret "Secrets that Morph puts on the machine, by name. They do not go through the store.";
    healthChecks = checks "after the machine was deployed, before Morph goes on to the next one";
    preDeployChecks = checks "before the machine is deployed";
    substituteOnDestination = flag false "Whether the machine gets what it can from its own binary caches, and not from the machine that deploys.";
    tags = texts "Names of groups that the machine is in. With `--on` and `network.ordering.tags` Morph chooses machines by them.";
    buildOnly = flag false "Whether the machine is only built, and never deployed to.";

    # Of NixOps.
    targetEnv = option types.str "none" "Where the machine is: `none` for one that there is already, `libvirtd`, `virtualbox`, `container`, `ec2`, `hetzner`, `gce`, `azure`, `digitalOcean`.";
    alwaysActivate = flag true "Whether the configuration is activated even if it is the one that is active.";
    owners = texts "The mail addresses of those who look after the machine.";
    provisionSSHKey = flag true "Whether NixOps makes a key for logging in and puts it on the machine.";
    storeKeysOnMachine = flag false "Whether the secrets of `deployment.keys` are kept on the disk of the machine. Otherwise they are in its memory, and must be sent again after it has started.";
    keys = named key "Secrets that NixOps puts on the machine, by name. Each has a service NAME-key.service that others can wait for.";
    hasFastConnection = flag false "Whether the machine is reached fast. Then it gets all from the machine that deploys, and not from binary caches.";
    sshOptions = texts "Options of the command `ssh` with which the machine is reached.";
    nixPath = texts "Entries of the search path with which the machine is evaluated, before those of the network.";
    encryptedLinksTo = texts "Names of machines of the network to which there is a tunnel that encrypts. Links go in both directions.";
    autoLuks = named {
      device = mkOption {
        type = types.str;
        description = "The device that is encrypted.";
      };
      cipher = option types.str "aes-cbc-essiv:sha256" "The cipher.";
      keySize = option types.int 128 "How long the key is, in bits.";
      passphrase = option types.str "" "What opens the device. If it is empty, NixOps makes one.";
      autoFormat = flag false "Whether the device is formatted if it is not encrypted yet. What was on it is lost.";
    } "Devices that are encrypted, by the names under which they are opened.";
    autoRaid0 = named {
      devices = mkOption {
        type = types.listOf types.str;
        description = "The devices that make the volume.";
      };
    } "Volumes made of several devices, by name.";

    container.host = option types.str "localhost" "The host of the container: a machine of the network, or a name that SSH knows.";

    libvirtd = {
      URI = option types.str "qemu:///system" "The libvirt that the machine runs in.";
      storagePool = option types.str "default" "The storage pool of the disk.";
      imageDir = option types.path "/var/lib/libvirt/images" "The directory of the disk.";
      domainType = option types.str "kvm" "The type of the domain.";
      memorySize = option types.int 512 "The memory of the machine, in MiB.";
      vcpu = option types.int 1 "How many processors the machine has.";
      networks = texts "The networks that the machine is in.";
      headless = flag false "Whether the machine has no screen.";
      baseImage = maybe types.path "The image that the disk is a copy of.";
      baseImageSize = option types.int 10 "How large the disk is, in GiB.";
      extraDevicesXML = option types.lines "" "XML that is added to the devices of the domain.";
      extraDomainXML = option types.lines "" "XML that is added to the domain.";
      kernel = option types.str "" "The kernel on the host that the machine starts with.";
      initrd = option types.str "" "The initial RAM disk on the host that the machine starts with.";
      cmdline = option types.str "" "The command line of the kernel.";
    };

    virtualbox = {
      memorySize = option types.int 512 "The memory of the machine, in MiB.";
      vcpu = maybe types.int "How many processors the machine has.";
      headless = flag false "Whether the machine has no screen.";
      vmFlags = texts "Arguments of `VBoxManage modifyvm`.";
      disks = named {
        port = mkOption {
          type = types.int;
          description = "The port of SATA that the disk is at.";
        };
        size = option types.int 0 "How large the disk is, in MiB.";
        baseImage = maybe types.path "The image that the disk is a copy of.";
      } "The disks of the machine, by name.";
      sharedFolders = named {
        hostPath = mkOption {
          type = types.str;
          description = "The directory on the host.";
        };
        readOnly = flag true "Whether the machine can only read.";
      } "Directories of the host that the machine sees, by name.";
    };

    ec2 = {
      accessKeyId = option types.str "" "The access key of AWS, or a name that `~/.ec2-keys` or `~/.aws/credentials` has for one.";
      region = option types.str "" "The region of AWS, such as `eu-central-1`.";
      zone = option types.str "" "The zone in the region.";
      instanceType = option types.str "m1.small" "The type of the instance.";
      ami = maybe types.str "The image that the instance starts from. By default it is one of NixOS.";
      keyPair = option types.str "" "The pair of keys for logging in: its name in EC2, or a resource.";
      privateKey = option types.str "" "The file with the private key.";
      securityGroups = option (types.listOf types.str) [ "default" ] "The names of the security groups of the instance.";
      securityGroupIds = texts "The identifiers of its security groups, in a virtual private cloud.";
      subnetId = option types.str "" "The part of a virtual private cloud that the instance is in.";
      associatePublicIpAddress = flag false "Whether an instance in a virtual private cloud has a public address.";
      usePrivateIpAddress = flag false "Whether NixOps reaches the instance by its private address.";
      elasticIPv4 = option types.str "" "The elastic address of the instance.";
      sourceDestCheck = flag true "Whether EC2 drops what is neither from nor for the instance.";
      instanceProfile = option types.str "" "The profile with the role of the instance.";
      placementGroup = option types.str "" "The placement group of the instance.";
      tenancy = option (types.enum [ "default" "dedicated" "host" ]) "default" "Whether the instance has hardware of its own.";
      ebsBoot = flag true "Whether the instance starts from a volume.";
      ebsInitialRootDiskSize = option types.int 0 "How large the volume is that the instance starts from, in GiB; 0 for the size of its image.";
      ebsOptimized = flag false "Whether the instance has a connection of its own to its volumes.";
      spotInstancePrice = option types.int 0 "The most that an hour of a spot instance may cost, in cents; 0 for an instance that is none.";
      spotInstanceTimeout = option types.int 0 "After how many seconds a request for a spot instance is given up.";
      tags = option (types.attrsOf types.str) { } "The tags of the instance.";
      blockDeviceMapping = named {
        disk = option types.str "" "The volume: its identifier, a resource, or `ephemeral0` and the like.";
        size = option types.int 0 "How large a new volume is, in GiB.";
        volumeType = option (types.enum [ "standard" "io1" "gp2" "st1" "sc1" ]) "standard" "The type of a new volume.";
        iops = option types.int 0 "How many operations a second a volume of the type io1 has.";
        deleteOnTermination = flag true "Whether the volume goes with the instance.";
        encrypt = flag false "Whether NixOps encrypts the volume.";
        encryptionType = option (types.enum [ "luks" "ebs" ]) "luks" "Who encrypts the volume: the machine, or EC2.";
        passphrase = option types.str "" "What opens the volume. If it is empty, NixOps makes one.";
      } "The volumes of the instance, by the device that each is.";
    };
  };

  options.networking = {
    privateIPv4 = mkOption {
      type = types.str;
      description = "The address of the machine within the network, which NixOps finds out.";
    };
    publicIPv4 = maybe types.str "The public address of the machine, which NixOps finds out.";
    vpnPublicKey = maybe types.str "The public key of the machine for encrypted links, which NixOps makes.";
  };
}
