# first
{ /* a */ a /* b */ . /* c */ b = /**/ 1; # end
  /** doc */
  f = x: /* body */ x; /* multi
  line */ }
# last
