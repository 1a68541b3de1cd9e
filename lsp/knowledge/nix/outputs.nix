# The outputs of a flake, with places in the files of the user, and what is evaluated
# of them.
#
# Inputs are where they were put by others: in a directory that the lock file or the
# flake names, or in the store by their hash. Those that are not there are asked of
# fetchTree, which fails where nothing may be fetched; the search path stands in
# for them, where it has an entry of the same name.
#
# dir: the directory of the flake
# fetch: whether what is not there is rather fetched than stood in for
{ dir, fetch ? false }:
let
  find = import ./find.nix;

  system = builtins.currentSystem;

  readLock =
    dir:
    let
      file = dir + "/flake.lock";
      empty = {
        nodes.root = { };
        root = "root";
      };
    in
    if builtins.pathExists file then builtins.fromJSON (builtins.readFile file) else empty;

  stored = import ./stored.nix;

  after = prefix: s: builtins.substring (builtins.stringLength prefix) (-1) s;

  hasPrefix = prefix: s: builtins.substring 0 (builtins.stringLength prefix) s == prefix;

  # The directory that a URL of this machine names, seen from another, or null.
  localURL =
    from: url:
    let
      plain = builtins.head (builtins.split "[?#]" url);
      at = builtins.filter (prefix: hasPrefix prefix plain) [ "path:" "git+file://" "git+file:" "file://" ];
      path = if at == [ ] then plain else after (builtins.head at) plain;
    in
    if hasPrefix "/" path then
      path
    else if at != [ ] || hasPrefix "." path then
      toString (from + "/${path}")
    else
      null;

  # The directory of a tree that is locked, or null.
  placeOf =
    from: locked:
    let
      local =
        if locked.type or "" == "path" then
          localURL from "path:${locked.path}"
        else if locked.type or "" == "git" then
          localURL from locked.url
        else
          null;
    in
    find.firstOf [ (find.firstDirectory [ local ]) (if locked ? narHash then stored locked.narHash else null) ];

  # What a node of a lock file follows.
  targetOf =
    lock:
    let
      follow =
        node: path:
        if node == null || path == [ ] then
          node
        else
          follow (target (lock.nodes.${node}.inputs or { }).${builtins.head path} or null) (builtins.tail path);
      target = input: if builtins.isList input then follow lock.root input else input;
    in
    target;

  fetched =
    name: attrs:
    builtins.addErrorContext "while looking for the input '${name}' of the flake '${toString dir}', which is neither in the store nor in a directory that may be read" (
      builtins.fetchTree attrs
    );

  # A flake in a directory, as one that has it among its inputs sees it.
  flakeIn =
    {
      dir,
      lock ? readLock dir,
      node ? lock.root,
      info ? { },
      overrides ? { },
    }:
    let
      written = import (dir + "/flake.nix");

      declared = written.inputs or { };

      locked = lock.nodes.${node}.inputs or { };

      formals =
        if builtins.isFunction written.outputs then
          builtins.removeAttrs (builtins.functionArgs written.outputs) [ "self" ]
        else
          { };

      inputs = builtins.mapAttrs (name: _: input name) (formals // declared // locked);

      input =
        name:
        let
          spec = declared.${name} or { };
          target = if locked ? ${name} then targetOf lock locked.${name} else null;
        in
        overrides.${name} or (
          if target != null then
            ofNode { inherit dir lock name; node = target; }
          else if spec ? follows then
            followed (builtins.filter builtins.isString (builtins.split "/" spec.follows))
          else
            unlocked dir name spec
        );

      followed = path: builtins.foldl' (flake: name: flake.inputs.${name}) { inherit inputs; } path;

      outPath = toString dir;

      outputs = written.outputs (inputs // { self = result; });

      result =
        outputs
        // info
        // {
          inherit inputs outPath outputs;
          sourceInfo = info // { inherit outPath; };
          _type = "flake";
        };
    in
    result;

  infoOf = locked: builtins.intersectAttrs { lastModified = null; narHash = null; rev = null; revCount = null; } locked // (
    if locked ? rev then { shortRev = builtins.substring 0 7 locked.rev; } else { }
  );

  ofNode =
    { dir, lock, name, node }:
    let
      written = lock.nodes.${node};
      tree = written.locked or { };
      place = placeOf dir tree;
      from = if tree ? dir then place + "/${tree.dir}" else place;
    in
    if place == null then
      missing name node (builtins.removeAttrs tree [ "dir" ]) (written.flake or true)
    else if written.flake or true then
      flakeIn {
        dir = from;
        inherit lock node;
        info = infoOf tree;
      }
    else
      {
        outPath = from;
        sourceInfo = infoOf tree // { outPath = from; };
      }
      // infoOf tree;

  # An input that the lock file does not have.
  unlocked =
    dir: name: spec:
    let
      url = spec.url or spec.path or null;
      place = if url == null then null else find.firstDirectory [ (localURL dir url) ];
    in
    if place == null then
      missing name name (
        if url != null then
          url
        else if spec ? type then
          builtins.removeAttrs spec [ "flake" "inputs" "follows" ]
        else
          { type = "indirect"; id = name; }
      ) (spec.flake or true)
    else if spec.flake or true then
      flakeIn { dir = place; overrides = overridden (spec.inputs or { }); }
    else
      { outPath = place; };

  # Inputs of an input that follow those of the flake.
  overridden =
    inputs:
    builtins.mapAttrs (_: spec: top.inputs.${spec.follows}) (
      builtins.listToAttrs (
        builtins.concatMap (
          name:
          let
            spec = inputs.${name};
          in
          if spec ? follows && top.inputs ? ${spec.follows} then [ { inherit name; value = spec; } ] else [ ]
        ) (builtins.attrNames inputs)
      )
    );

  # An input that is not there: what the search path has under its name, or what can be
  # fetched.
  missing =
    name: node: attrs: isFlake:
    let
      plain = builtins.head (builtins.match "(.*)_[0-9]+|(.*)" node);
      place = if fetch then null else find.firstOf (map find.searched [ name (if plain == null then node else plain) ]);
      tree = fetched name attrs;
    in
    if place == null then
      (if isFlake then flakeIn { dir = tree.outPath; info = tree; } else tree)
    else if builtins.pathExists (place + "/flake.nix") && isFlake then
      flakeIn {
        dir = place;
        overrides = if name != "nixpkgs" && top.inputs ? nixpkgs then { inherit (top.inputs) nixpkgs; } else { };
      }
    else if builtins.pathExists (place + "/nixos/lib/eval-config.nix") then
      nixpkgsIn place
    else
      { outPath = toString place; };

  # A nixpkgs that is no flake.
  nixpkgsIn =
    place:
    let
      lib = import (place + "/lib");
    in
    {
      outPath = toString place;
      lib = lib // {
        nixosSystem = args: import (place + "/nixos/lib/eval-config.nix") ({ inherit system; } // args);
      };
      legacyPackages =
        builtins.listToAttrs (
          map
            (system: {
              name = system;
              value = import place { inherit system; };
            })
            [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" system ]
        );
      nixosModules = { };
      _type = "flake";
    };

  top = flakeIn { inherit dir; };

  # The names of the inputs that are not there.
  away =
    let
      lock = readLock dir;
      locked = lock.nodes.${lock.root}.inputs or { };
      declared = (import (dir + "/flake.nix")).inputs or { };
      isThere =
        name:
        let
          target = if locked ? ${name} then targetOf lock locked.${name} else null;
          url = declared.${name}.url or null;
        in
        declared.${name} ? follows
        || (if target != null then placeOf dir (lock.nodes.${target}.locked or { }) else find.firstDirectory [ (if url == null then null else localURL dir url) ]) != null;
    in
    if fetch then [ ] else builtins.filter (name: !isThere name) (builtins.attrNames top.inputs);

  # Those in the place of which there is something else, and those of which there is
  # nothing.
  split = builtins.partition (name: find.searched name != null) away;
  standIns = split.right;
  missing' = split.wrong;

  inherit (top) outputs;

  # That of the flake, which may be one itself, or of the search path.
  nixpkgs =
    top.inputs.nixpkgs or (
      if outputs ? legacyPackages && builtins.pathExists (dir + "/pkgs/top-level") then top else nixpkgsIn <nixpkgs>
    );

  pkgs = nixpkgs.legacyPackages.${system} or (import nixpkgs { });

  unchecked = import ./unchecked.nix;

  # A configuration among the outputs.
  configuration =
    libOf: of:
    let
      evaluated = if of ? extendModules then of.extendModules { modules = [ unchecked ]; } else of;
    in
    import ./common.nix {
      inherit evaluated;
      lib = libOf (evaluated.pkgs or evaluated._module.args.pkgs or pkgs).lib;
      extra = { inherit (top) inputs; };
    }
    // {
      inherit standIns;
    };

  homeLib =
    lib:
    if top.inputs ? home-manager then
      import (top.inputs.home-manager + "/modules/lib/stdlib-extended.nix") lib
    else
      lib;

  group =
    output: libOf:
    let
      all = outputs.${output} or { };
    in
    map (name: {
      name = "${output}.${name}";
      value = configuration libOf all.${name};
    }) (builtins.attrNames all);

  # The options of flake-parts, with what the flake sets if it says so.
  parts =
    if outputs ? debug.options then
      outputs.debug
    else
      top.inputs.flake-parts.lib.evalFlakeModule { inputs = top.inputs // { self = top; }; } { systems = [ system ]; };

  hasParts = outputs ? debug.options || top.inputs ? flake-parts;
in
{
  members = builtins.listToAttrs (
    group "nixosConfigurations" (lib: lib) ++ group "homeConfigurations" homeLib ++ group "darwinConfigurations" (lib: lib)
  );

  # A system without a configuration.
  alone = configuration (lib: lib) (nixpkgs.lib.nixosSystem {
    inherit system;
    modules = [ unchecked ];
  });

  # A user without a configuration.
  aloneHome = import ./common.nix {
    evaluated = import ./home-modules.nix {
      home = top.inputs.home-manager.outPath;
      inherit pkgs;
      modules = [ ];
    };
    lib = homeLib pkgs.lib;
    extra = { inherit (top) inputs; inherit pkgs; };
  };

  lib = nixpkgs.lib;
  inherit pkgs standIns;
  missing = missing';

  # What the function of the outputs is called with.
  call = top.inputs // { self = top; };

  args = top.inputs // {
    inherit (top) inputs;
    self = top;
    inherit (nixpkgs) lib;
    inherit pkgs;
  };
}
// (if hasParts then { inherit (parts) config options; } else { })
