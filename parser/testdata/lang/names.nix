let a' = 1; _b-c = 2; or' = 3; f = x: x; in [ a' _b-c or' __curPos ]
