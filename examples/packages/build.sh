# Unpacks, configures, builds and installs.
set -eu
tar -xf "$src"
cd "$pname-$version"
./configure --prefix="$out" $configureFlags
make
make install
