{ b = c; a = d; e = { inherit f; }; g = h: i: j; }
