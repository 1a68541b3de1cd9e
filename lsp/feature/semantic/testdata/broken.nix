let a = 1; in { b = ; c = a.; d = [ a unknown ; inherit (a b; "x${a
