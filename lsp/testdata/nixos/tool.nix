{ stdenv, writeText, greeting ? "hello" }:
stdenv.mkDerivation {
  name = "tool-1.0";
  src = writeText "tool" greeting;
  buildCommand = "cp $src $out";
  meta = with stdenv.lib; {
    description = "Says ${greeting}";
    license = licenses.mit;
    platforms = platforms.linux;
  };
}
