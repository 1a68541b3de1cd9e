let b = "b"; in [
  '''' ''plain'' ''  first
    second
      third
  ''
  ''
    escapes: ''' ''${b} ''$ ''\n ''\x $ ' '$ ''\${b} $${b} $'
    ${b}
     deeper ${"nested ''${b}''"}

    after an empty line
   less''
  ''${b}
    after an interpolation
  ''
  ''${"only"}''
  ''
	tab
    blanks
  ''
]
