x: {
  a = rec { b = c; c = 1; };
  a.d = c;
  a.e.f = b;
  a = { g = c; h = d; };
  i = { j = 1; };
  i = rec { k = x; };
  ${"l"}.m = x;
  "${x}" = x;
}
