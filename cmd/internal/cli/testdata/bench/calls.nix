# Calls that call: Ackermann's function, and Takeuchi's.
let
  ackermann = m: n:
    if m == 0 then n + 1
    else if n == 0 then ackermann (m - 1) 1
    else ackermann (m - 1) (ackermann m (n - 1));
  tak = { x, y, z }:
    if y < x then
      tak {
        x = tak { x = x - 1; inherit y z; };
        y = tak { x = y - 1; y = z; z = x; };
        z = tak { x = z - 1; y = x; z = y; };
      }
    else
      z;
in
[ (ackermann 2 700) (tak { x = 20; y = 13; z = 6; }) ]
