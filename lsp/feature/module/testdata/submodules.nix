{
  a.set = { b = 1; };
  a.function = { name, config, ... }: { b = config.c; };
  a.whole = ({ ... }: let x = 1; in { options.d = mkOption { }; config = mkIf x { b = 1; }; });
  a.list = [ { b = 1; } ({ ... }: { b = 2; }) (mkIf c { b = 3; }) ];
  a.two = self: super: { b = 1; };
  a.text = x: "text";
  a.nested = { config = { }; imports = [ ]; };
}
