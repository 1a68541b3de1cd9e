# Records that become JSON and come back.
let
  records = builtins.genList (i: { id = i; name = "record ${toString i}"; tags = [ "a" "b${toString i}" ]; nested.ratio = i + 0.5; }) 100000;
  text = builtins.toJSON records;
  back = builtins.fromJSON text;
in
[ (builtins.stringLength text) (back == records) (builtins.elemAt back 77) ]
