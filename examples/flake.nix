{
  description = "Two machines, a home and a package: a workspace to try firn on";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
    home-manager = {
      url = "github:nix-community/home-manager/release-25.05";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { self, nixpkgs, home-manager, ... }@inputs:
    let
      inherit (nixpkgs) lib;

      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];

      forAllSystems = f: lib.genAttrs systems (system: f (packagesFor system));

      packagesFor =
        system:
        import nixpkgs {
          inherit system;
          overlays = [ self.overlays.default ];
        };

      machine =
        name: system:
        lib.nixosSystem {
          inherit system;
          specialArgs = {
            inherit inputs;
            hut = import ./lib { inherit lib; };
          };
          modules = [
            ./configuration.nix
            ./modules
            (./hosts + "/${name}")
            {
              networking.hostName = name;
              nixpkgs.overlays = [ self.overlays.default ];
            }
          ];
        };
    in
    {
      overlays.default = import ./overlays;

      nixosConfigurations = {
        attic = machine "attic" "x86_64-linux";
        meadow = machine "meadow" "aarch64-linux";
      };

      homeConfigurations.vreni = home-manager.lib.homeManagerConfiguration {
        pkgs = packagesFor "aarch64-linux";
        modules = [ ./home.nix ];
      };

      packages = forAllSystems (pkgs: {
        inherit (pkgs) snowfall;
        default = pkgs.snowfall;
      });

      devShells = forAllSystems (pkgs: {
        default = import ./shell.nix { inherit pkgs; };
      });
    };
}
