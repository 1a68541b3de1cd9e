# Comments, /* of one line */ and of
/* several
   # lines */ /**/
/** A documented file. */
{ # behind a brace
  a /* between */ = /* all */ 1 /* tokens */ ; # and behind
  # in
  b = "# none"; /***/ c = [ # list
  ] /**/; # end
} # after
/* last */
