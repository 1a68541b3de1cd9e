# One
# Two
{ lib
}:
{
  a = {
    b = 1;
    c = [
      1
    ;
  };
  d = ''
    text
  if a then
    b
  else
}
