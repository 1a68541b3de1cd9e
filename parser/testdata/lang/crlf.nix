{
  a = "x
yz";
  b = ''
    i
  '';}