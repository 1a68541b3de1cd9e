let { body = x; x = y; y = let { body = 1; }; }
