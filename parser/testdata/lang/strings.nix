let b = "b"; in [
  "" "plain" "a\n\t\r\\\"\$\q" "$b $$ $" "$${b}" "$\{b}" "\${b}" "${b}" "x${b}y${"n${b}"}z" "é\é"
  "two
lines"
]
