[ x:x http://example.org/?a=b#fragment
  a+b.c-d:e (x: x) ]
