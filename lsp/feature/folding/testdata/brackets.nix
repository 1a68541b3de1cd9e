# A package.
# It has a comment of three lines,
# this being the last.
{ stdenv
, fetchurl
, lib
}:

stdenv.mkDerivation rec {
  name = "x-${version}"; # trailing
  # one line stays open
  version = "1";

  /* A block comment
     of two lines. */
  src = fetchurl {
    url = "https://example.org";
  };

  buildInputs =
    [ one two ]
    ++ lib.optional true [
      three
    ];

  phase = ''
    echo ${
      name
    }
  '';

  quoted = "first
    second";

  one = { a = 1; }; two = {
    b = 2;
  };

  call = f (x:
    x) y;
}
