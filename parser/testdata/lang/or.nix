let or = x: x; s = { or = 1; a = 2; }; in [ s.or s.a or 3 (s.b or s.a or 4) (map or) ]
