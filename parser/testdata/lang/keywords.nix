with builtins; assert true; if true then let a = 1; inherit (builtins) add; in a else let { body = 1; x = body; }
