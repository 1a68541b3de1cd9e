// The external scanner of the grammar. It reads tokens the way Nix's lexer
// does: by the longest match, whatever the parser would like to see. Only the
// modes of that lexer (string, indented string, path) follow from what the
// parser finds valid.
//
// A token that the parser refuses is repaired here, before tree-sitter sees an
// error: the scanner either produces an empty token that was left out, or makes
// junk of what is there. That decides by the parser's state and the text ahead
// alone, so a broken file has one tree, whatever edits led to it.
//
// For a token of fixed text, a name or a number the scanner only checks, and
// returns false: tree-sitter's own lexer then reads it again, into a node that
// takes eight bytes instead of a hundred.

#include <stdlib.h>
#include <string.h>

#include "tree_sitter/parser.h"

// The order is that of externals in grammar.js.
enum token {
  PATH, SEARCH_PATH, URI,
  VAR, INT, FLOAT,
  ASSERT, ELSE, IF, IN, INHERIT, LET, OR_KW, REC, THEN, WITH,
  ASSIGN, AT, COLON, COMMA, DOT, ELLIPSIS, SEMICOLON, LEFT_BRACE, RIGHT_BRACE,
  LEFT_BRACKET, RIGHT_BRACKET, LEFT_PAREN, RIGHT_PAREN, DOLLAR_BRACE, QUOTE, IND_QUOTE,
  QUESTION, NOT, PLUS, MINUS, TIMES, DIVIDE, CONCAT, UPDATE, EQUAL, NOT_EQUAL,
  LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, AND, OR, IMPLIES, PIPE_FROM, PIPE_INTO,
  TEXT, ESCAPE, PATH_START, PATH_TEXT, PATH_SLASH, PATH_END, BAD_PATH,
  COMMENT, JUNK, MISSING, RESUME, IN_SELECT, IN_HEAD, IN_RECOVERY,
  TOKENS,
  END = TOKENS, // the end of the file
  BAD,          // a character that begins no token
};

// set is a set of tokens up to PIPE_INTO.
typedef uint64_t set;
#define BIT(t) ((set)1 << (t))

static const set KEYWORDS = BIT(ASSERT) | BIT(ELSE) | BIT(IF) | BIT(IN) | BIT(INHERIT) | BIT(LET) |
  BIT(OR_KW) | BIT(REC) | BIT(THEN) | BIT(WITH);

// What only a full expression begins with, not an operand or argument.
static const set FULL = BIT(ASSERT) | BIT(IF) | BIT(WITH);

static const set STARTS = FULL | BIT(LET) | BIT(REC) | BIT(VAR) | BIT(INT) | BIT(FLOAT) |
  BIT(PATH) | BIT(SEARCH_PATH) | BIT(URI) | BIT(LEFT_BRACE) | BIT(LEFT_BRACKET) |
  BIT(LEFT_PAREN) | BIT(QUOTE) | BIT(IND_QUOTE) | BIT(NOT) | BIT(MINUS);

static const set OPERATORS = BIT(QUESTION) | BIT(PLUS) | BIT(MINUS) | BIT(TIMES) | BIT(DIVIDE) |
  BIT(CONCAT) | BIT(UPDATE) | BIT(EQUAL) | BIT(NOT_EQUAL) | BIT(LESS) | BIT(LESS_EQUAL) |
  BIT(GREATER) | BIT(GREATER_EQUAL) | BIT(AND) | BIT(OR) | BIT(IMPLIES) | BIT(PIPE_FROM) |
  BIT(PIPE_INTO);

// What ends a binding without a semicolon, and with it all that is open there.
static const set BINDING_ENDS = BIT(RIGHT_BRACE) | BIT(IN) | BIT(INHERIT);

static const set BRACKETS = BIT(RIGHT_PAREN) | BIT(RIGHT_BRACKET);
static const set BRANCHES = BIT(THEN) | BIT(ELSE);

#define ANY_END (BINDING_ENDS | BRACKETS | BRANCHES | BIT(SEMICOLON) | BIT(COMMA))

static inline bool in(set s, enum token t) { return t <= PIPE_INTO && (s >> t & 1); }

struct scanner {
  // For so many bytes ahead neither a path nor a URI begins. Without that
  // knowledge each name of a.a.a.a... is followed to the end of the run.
  uint32_t plain;
};

// reading is one call of the scanner.
struct reading {
  struct scanner *s;
  TSLexer *lx;
  const bool *valid;
  bool gap;     // blanks come before the token
  bool newline; // a line break does
  bool marked;  // the end of the token is set, so nothing fits before it any more
  enum token found;
};

// The characters of names, paths and URIs.
enum { NAME_START = 1, NAME = 2, PATH_CHAR = 4, SCHEME = 8, URI_CHAR = 16, DIGIT = 32 };

#define LETTER (NAME_START | NAME | PATH_CHAR | SCHEME | URI_CHAR)

static const uint8_t classes[128] = {
  ['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER,
  ['0' ... '9'] = NAME | PATH_CHAR | SCHEME | URI_CHAR | DIGIT,
  ['_'] = NAME_START | NAME | PATH_CHAR | URI_CHAR,
  ['-'] = NAME | PATH_CHAR | SCHEME | URI_CHAR,
  ['.'] = PATH_CHAR | SCHEME | URI_CHAR,
  ['+'] = PATH_CHAR | SCHEME | URI_CHAR,
  ['\''] = NAME | URI_CHAR,
  ['%'] = URI_CHAR, ['/'] = URI_CHAR, ['?'] = URI_CHAR, [':'] = URI_CHAR, ['@'] = URI_CHAR,
  ['&'] = URI_CHAR, ['='] = URI_CHAR, ['$'] = URI_CHAR, [','] = URI_CHAR, ['!'] = URI_CHAR,
  ['~'] = URI_CHAR, ['*'] = URI_CHAR,
};

static inline bool is(TSLexer *lx, uint8_t class) {
  return lx->lookahead >= 0 && lx->lookahead < 128 && (classes[lx->lookahead] & class);
}

static inline void advance(TSLexer *lx) { lx->advance(lx, false); }
static inline bool eof(TSLexer *lx) { return lx->lookahead == 0 && lx->eof(lx); }

// one_of reports whether c is one of the given ASCII characters.
static inline bool one_of(int32_t c, const char *chars) { return c > 0 && c < 128 && strchr(chars, c); }

static inline bool blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static inline bool produce(TSLexer *lx, enum token t) {
  lx->result_symbol = t;
  return true;
}

static inline bool produce_here(TSLexer *lx, enum token t) {
  lx->mark_end(lx);
  return produce(lx, t);
}

static inline void mark(struct reading *r) {
  r->lx->mark_end(r->lx);
  r->marked = true;
}

// Strings.

// escaped reads the character behind a backslash. Nix allows no NUL there.
static bool escaped(TSLexer *lx) {
  bool null = lx->lookahead == 0;
  advance(lx);
  return produce_here(lx, null ? JUNK : ESCAPE);
}

// dollar reads a dollar sign of a string and, as Nix does, the character
// behind it. It returns whether the two begin an interpolation.
static bool dollar(TSLexer *lx, int32_t stop, int32_t stop2) {
  advance(lx);
  if (lx->lookahead == '{') return true;
  // A NUL is left to be refused.
  if (lx->lookahead != stop && lx->lookahead != stop2 && lx->lookahead != 0) advance(lx);
  return false;
}

static bool interpolation(TSLexer *lx, bool after_text) {
  if (after_text) return produce(lx, TEXT);
  advance(lx);
  return produce_here(lx, DOLLAR_BRACE);
}

static bool scan_string(TSLexer *lx) {
  for (bool text = false;; text = true) {
    switch (lx->lookahead) {
    case 0:
      if (text) return produce_here(lx, TEXT);
      if (eof(lx)) return produce_here(lx, QUOTE);
      advance(lx);
      return produce_here(lx, JUNK);
    case '"':
      if (text) return produce_here(lx, TEXT);
      advance(lx);
      return produce_here(lx, QUOTE);
    case '\\':
      if (text) return produce_here(lx, TEXT);
      advance(lx);
      return eof(lx) ? produce_here(lx, JUNK) : escaped(lx);
    case '$':
      lx->mark_end(lx);
      if (dollar(lx, '"', '\\')) return interpolation(lx, text);
      break;
    default:
      advance(lx);
    }
  }
}

// quotes reads what two quotes in an indented string begin, from behind them.
static bool quotes(TSLexer *lx) {
  lx->mark_end(lx);
  switch (lx->lookahead) {
  case '\'': case '$':
    advance(lx);
    return produce_here(lx, ESCAPE);
  case '\\':
    advance(lx);
    if (eof(lx)) break;
    return escaped(lx);
  }
  return produce(lx, IND_QUOTE);
}

static bool scan_ind_string(TSLexer *lx) {
  for (bool text = false;; text = true) {
    switch (lx->lookahead) {
    case 0:
      if (text) return produce_here(lx, TEXT);
      if (eof(lx)) return produce_here(lx, IND_QUOTE);
      advance(lx);
      return produce_here(lx, JUNK);
    case '\'':
      lx->mark_end(lx);
      advance(lx);
      if (lx->lookahead != '\'') break;
      if (text) return produce(lx, TEXT);
      advance(lx);
      return quotes(lx);
    case '$':
      lx->mark_end(lx);
      if (dollar(lx, '\'', '\'')) return interpolation(lx, text);
      break;
    default:
      advance(lx);
    }
  }
}

// Paths.

// path_text reads text behind an interpolation of a path. A path must not end
// with a slash.
static bool path_text(TSLexer *lx) {
  bool text = false, slash = false;
  while (is(lx, PATH_CHAR) || lx->lookahead == '/') {
    slash = lx->lookahead == '/';
    advance(lx);
    if (!slash) {
      text = true;
      lx->mark_end(lx);
    }
  }
  if (!slash) return produce(lx, PATH_TEXT);
  if (lx->lookahead == '$') {
    lx->mark_end(lx);
    advance(lx);
    return produce(lx, lx->lookahead == '{' ? PATH_TEXT : PATH_SLASH);
  }
  return text ? produce(lx, PATH_TEXT) : produce_here(lx, PATH_SLASH);
}

// path_rest reads what follows an interpolation of a path: more of it, or its
// end, which is empty.
static bool path_rest(TSLexer *lx) {
  if (is(lx, PATH_CHAR) || lx->lookahead == '/') return path_text(lx);
  lx->mark_end(lx);
  if (lx->lookahead == '$') {
    advance(lx);
    if (lx->lookahead == '{') return false;
  }
  return produce(lx, PATH_END);
}

// before_interpolation marks the end of a path's text and reports whether an
// interpolation follows.
static bool before_interpolation(TSLexer *lx) {
  lx->mark_end(lx);
  if (lx->lookahead != '$') return false;
  advance(lx);
  return lx->lookahead == '{';
}

// segments reads path characters and the slashes between them, and one more at
// the end, which it reports.
static bool segments(TSLexer *lx) {
  for (;;) {
    while (is(lx, PATH_CHAR)) advance(lx);
    if (lx->lookahead != '/') return false;
    lx->mark_end(lx);
    advance(lx);
    if (!is(lx, PATH_CHAR)) return true;
  }
}

static enum token bad_path(TSLexer *lx) {
  while (is(lx, PATH_CHAR) || lx->lookahead == '/') advance(lx);
  lx->mark_end(lx);
  return BAD_PATH;
}

// scan_path reads a path from behind its first slash, where a path character
// stands. Nix reads its text in pieces: the first ends at a double slash, and
// where one more follows, an interpolation must come next.
static enum token scan_path(TSLexer *lx) {
  bool slash = segments(lx);
  if (slash && lx->lookahead == '/') {
    advance(lx);
    if (is(lx, PATH_CHAR)) segments(lx);
    return before_interpolation(lx) ? PATH_START : bad_path(lx);
  }
  if (before_interpolation(lx)) return PATH_START;
  return slash ? BAD_PATH : PATH;
}

static bool search_path(TSLexer *lx) {
  do {
    if (!is(lx, PATH_CHAR)) return false;
    while (is(lx, PATH_CHAR)) advance(lx);
    if (lx->lookahead == '>') return true;
    if (lx->lookahead != '/') return false;
    advance(lx);
  } while (true);
}

// Repair.

// closer returns the token that ends the construct that the parser is in, where
// it may end here, or END.
static enum token closer(const bool *valid) {
  static const uint8_t closers[] = {SEMICOLON, RIGHT_PAREN, RIGHT_BRACKET, THEN, ELSE, IN, RIGHT_BRACE};
  for (unsigned i = 0; i < sizeof closers; i++) {
    if (valid[closers[i]]) return closers[i];
  }
  return END;
}

// needs_expr: an expression must follow. needs_name: a name must, or something
// else that has no repair but its absence. in_bindings: a binding may.
static bool in_bindings(const bool *valid) { return valid[INHERIT]; }
static bool needs_expr(const bool *valid) { return valid[MISSING] && valid[LEFT_PAREN]; }
static bool needs_name(const bool *valid) {
  return valid[MISSING] && !valid[LEFT_PAREN] && !in_bindings(valid);
}

// close_before returns the closer, if t belongs to something around it, or JUNK.
static enum token close_before(struct reading *r, enum token t) {
  const bool *valid = r->valid;
  enum token c = closer(valid);
  set by = 0;
  switch (c) {
  case SEMICOLON:
    by = BINDING_ENDS | BIT(VAR) | (valid[IN_HEAD] ? BRACKETS | BRANCHES : BIT(COMMA));
    break;
  case RIGHT_PAREN: case RIGHT_BRACKET:
    by = BINDING_ENDS | BRACKETS | BRANCHES | BIT(SEMICOLON) | BIT(VAR);
    break;
  case THEN: case ELSE:
    by = ANY_END | BIT(VAR);
    break;
  case IN:
    by = BINDING_ENDS | BRACKETS;
    break;
  case RIGHT_BRACE:
    if (valid[COMMA]) by = BIT(COLON) | BIT(AT);
    break;
  default:
    if (valid[RESUME] && (in(STARTS, t) || t == INHERIT)) return RESUME;
  }
  if (t == DOLLAR_BRACE && r->newline && c != RIGHT_BRACE) return c == END ? RESUME : c;
  return in(by, t) ? c : JUNK;
}

static enum token repair_bindings(const bool *valid, enum token t) {
  if (in(STARTS, t)) return valid[IN] ? IN : MISSING;
  if (t == ASSIGN || t == DOT) return MISSING;
  return valid[IN] && in(BINDING_ENDS | BRACKETS, t) && t != INHERIT ? IN : JUNK;
}

// repair returns the token to put before t, which the parser refuses, or JUNK
// if it is better left out.
static enum token repair(struct reading *r, enum token t) {
  const bool *valid = r->valid;
  if (t == BAD) return JUNK;
  if (valid[LEFT_PAREN] && valid[LEFT_BRACKET] && in(FULL, t)) return LEFT_PAREN;
  if (needs_expr(valid)) {
    return in(ANY_END | OPERATORS, t) || (t == DOLLAR_BRACE && r->newline) ? MISSING : JUNK;
  }
  // A name is often the beginning of a longer one that is being typed.
  if (needs_name(valid)) return in(KEYWORDS, t) && !r->gap ? JUNK : MISSING;
  if (in_bindings(valid)) return repair_bindings(valid, t);
  if (valid[COMMA] && (t == ELLIPSIS || (t == VAR && !(valid[ASSIGN] && r->newline)))) return COMMA;
  if (valid[ASSIGN]) return in(STARTS | BINDING_ENDS | BIT(SEMICOLON), t) ? ASSIGN : JUNK;
  if (valid[COLON] && !valid[RESUME] && closer(valid) == END) return in(STARTS | ANY_END, t) ? COLON : JUNK;
  return close_before(r, t);
}

// repair_end returns the token that is missing at the end of the file, or END.
static enum token repair_end(const bool *valid) {
  if (valid[MISSING] && !in_bindings(valid)) return MISSING;
  if (valid[ASSIGN]) return ASSIGN;
  enum token c = closer(valid);
  if (c == END && valid[COLON] && !valid[RESUME]) return COLON;
  return c;
}

// decide returns t if the parser takes it, and otherwise what repairs it.
static enum token decide(struct reading *r, enum token t) {
  return t < TOKENS && r->valid[t] ? t : repair(r, t);
}

// Everything else.

static void line_comment(TSLexer *lx) {
  while (lx->lookahead != '\n' && lx->lookahead != '\r' && !eof(lx)) advance(lx);
  lx->mark_end(lx);
}

// block_comment reads a comment from its star. One without an end is junk.
static bool block_comment(TSLexer *lx) {
  advance(lx);
  lx->mark_end(lx);
  for (bool star = false; !eof(lx);) {
    int32_t c = lx->lookahead;
    advance(lx);
    if (star && c == '/') return produce_here(lx, COMMENT);
    if (!blank(c)) lx->mark_end(lx);
    star = c == '*';
  }
  return produce(lx, JUNK);
}

// keyword returns the keyword that the n characters of name make, or VAR.
static enum token keyword(const char *name, unsigned n) {
  static const struct { const char *text; uint8_t length, token; } keywords[] = {
    {"or", 2, OR_KW}, {"if", 2, IF}, {"in", 2, IN}, {"let", 3, LET}, {"rec", 3, REC},
    {"then", 4, THEN}, {"else", 4, ELSE}, {"with", 4, WITH}, {"assert", 6, ASSERT},
    {"inherit", 7, INHERIT},
  };
  for (unsigned i = 0; i < sizeof keywords / sizeof *keywords; i++) {
    if (keywords[i].length == n && !memcmp(name, keywords[i].text, n)) return keywords[i].token;
  }
  return VAR;
}


// run is what follows a token whose characters may also begin a path.
struct run {
  uint32_t length; // in path characters
  uint32_t plain;  // how many of them begin no URI
  int32_t last;    // the last of them, or 0
  bool scheme;     // with the token they may be the scheme of a URI
  bool slash;      // a slash was read behind them
};

static void skip_run(TSLexer *lx, struct run *run) {
  uint32_t underscore = 0;
  for (; is(lx, PATH_CHAR); advance(lx)) {
    run->length++;
    run->last = lx->lookahead;
    if (lx->lookahead == '_') underscore = run->length;
  }
  if (underscore) run->scheme = false;
  run->plain = lx->lookahead == ':' ? underscore : run->length;
}

// The next three read a literal that is longer than the token t it begins with,
// for which d was decided. They return whether there is one; it is in r->found
// then, or what comes in its place.

// unfit returns whether the parser refuses the literal, and finds the repair.
static bool unfit(struct reading *r) {
  if (r->valid[PATH]) return false;
  r->found = r->marked ? JUNK : repair(r, PATH);
  return true;
}

static bool scan_uri(struct reading *r) {
  TSLexer *lx = r->lx;
  advance(lx);
  if (!is(lx, URI_CHAR)) return false;
  r->found = URI;
  if (unfit(r) && r->found != JUNK) return true;
  while (is(lx, URI_CHAR)) advance(lx);
  lx->mark_end(lx);
  return true;
}

// scan_slash reads on from behind the first slash.
static bool scan_slash(struct reading *r) {
  TSLexer *lx = r->lx;
  bool start = false;
  if (lx->lookahead == '$') {
    if (r->valid[PATH]) mark(r);
    advance(lx);
    start = lx->lookahead == '{';
    if (!start) return false;
  }
  if (!start && !is(lx, PATH_CHAR)) return false;
  if (!unfit(r)) r->found = start ? PATH_START : scan_path(lx);
  else if (r->found == JUNK) bad_path(lx);
  return true;
}

// quoted_name reads a quoted name of an attribute from behind its quote. It
// returns false for one that is not that simple: an interpolation may hold
// quotes of its own.
static bool quoted_name(TSLexer *lx) {
  for (bool dollar = false; lx->lookahead != '"'; advance(lx)) {
    if (lx->lookahead == '\n' || lx->lookahead == '\\' || eof(lx)) return false;
    if (dollar && lx->lookahead == '{') return false;
    dollar = lx->lookahead == '$';
  }
  advance(lx);
  return true;
}

// is_assigned reports whether an equals sign follows the name at hand, which
// more names may follow on its line, with dots between. No such name is part of
// an expression. last is the last character before, or 0.
static bool is_assigned(TSLexer *lx, int32_t last) {
  for (;;) {
    while (lx->lookahead == ' ' || lx->lookahead == '\t') advance(lx);
    if (last == '.' && lx->lookahead == '"') {
      advance(lx);
      if (!quoted_name(lx)) return false;
    } else if (last == '.' && is(lx, NAME_START)) {
      while (is(lx, NAME)) advance(lx);
    } else if (last != '.' && lx->lookahead == '.') {
      advance(lx);
      last = '.';
      continue;
    } else {
      break;
    }
    last = 0;
  }
  if (last == '.') return false;
  while (blank(lx->lookahead)) advance(lx);
  if (lx->lookahead != '=') return false;
  advance(lx);
  return lx->lookahead != '=';
}

// may_need_binding: a name here is part of an expression or of an inherit, so
// one that is_assigned shows that something is missing before it.
static bool may_need_binding(const bool *valid) {
  return !in_bindings(valid) && (valid[LEFT_PAREN] || valid[SEMICOLON] || valid[IN_SELECT]);
}

// before_binding returns what is missing before a binding that begins here, or
// VAR if nothing is.
static enum token before_binding(struct reading *r) {
  if (needs_expr(r->valid) || r->valid[IN_SELECT]) return MISSING;
  enum token t = close_before(r, VAR);
  return t == JUNK ? VAR : t;
}

// is_body reports whether the name at hand, in the bindings of a let, looks
// like the begin of its body. A slash may be read behind it.
static bool is_body(TSLexer *lx, bool slash) {
  if (!slash) {
    while (lx->lookahead == ' ' || lx->lookahead == '\t') advance(lx);
    slash = lx->lookahead == '/';
    if (slash) advance(lx);
  }
  if (slash) return lx->lookahead != '*';
  return is(lx, NAME_START | DIGIT) || one_of(lx->lookahead, "+-*<>&|?([{\"')]");
}

// before_name returns what is missing before a name that the parser takes, or
// VAR.
static enum token before_name(struct reading *r, const struct run *run) {
  const bool *valid = r->valid;
  if (valid[IN_RECOVERY]) return VAR;
  if (may_need_binding(valid) && is_assigned(r->lx, run->last)) return before_binding(r);
  if (valid[IN] && in_bindings(valid) && run->length == 0 && is_body(r->lx, run->slash)) return IN;
  return VAR;
}

// settle produces d, which was decided for the token t. Junk whose end is not
// set extends as far as it was read.
static bool settle(struct reading *r, enum token t, enum token d) {
  if (d == t) return false;
  if (r->marked) return produce(r->lx, JUNK);
  return d == JUNK ? produce_here(r->lx, JUNK) : produce(r->lx, d);
}

// in_plain settles a token of n bytes in a plain run. All of those are produced
// here, since only what is has a state.
static bool in_plain(struct reading *r, enum token d, uint32_t n) {
  if (d == JUNK && !r->marked) mark(r);
  if (r->marked) r->s->plain = r->s->plain > n ? r->s->plain - n : 0;
  return produce(r->lx, d);
}

// scan_run settles a token t of n path characters: with those behind it and a
// slash it is a path.
static bool scan_run(struct reading *r, enum token t, enum token d, struct run run) {
  TSLexer *lx = r->lx;
  skip_run(lx, &run);
  if (lx->lookahead == '/') {
    advance(lx);
    run.slash = true;
    if (scan_slash(r)) return produce(lx, r->found);
  } else if (lx->lookahead == ':' && run.scheme && scan_uri(r)) {
    return produce(lx, r->found);
  }
  if (t == VAR && d == VAR) d = before_name(r, &run);
  if (!r->marked || run.plain <= 64) return settle(r, t, d);
  r->s->plain = run.plain;
  return produce(lx, d);
}

static bool scan_name(struct reading *r) {
  TSLexer *lx = r->lx;
  bool scheme = true, quote = false;
  char name[8];
  uint32_t n = 0;
  for (; is(lx, NAME); advance(lx), n++) {
    if (n < sizeof name) name[n] = (char)lx->lookahead;
    scheme = scheme && lx->lookahead != '_';
    quote = quote || lx->lookahead == '\'';
  }
  enum token t = keyword(name, n), d = decide(r, t);
  bool plain = r->s->plain > 0;
  if (plain && d == t) mark(r);
  if (plain) return in_plain(r, d, quote ? UINT32_MAX : n);
  if (!quote) return scan_run(r, t, d, (struct run){.scheme = scheme});
  if (d == VAR) d = before_name(r, &(struct run){0});
  return settle(r, t, d);
}

static uint32_t digits(TSLexer *lx) {
  uint32_t n = 0;
  for (; is(lx, DIGIT); advance(lx)) n++;
  return n;
}

// number is a number that is being read.
struct number {
  enum token token;
  uint32_t length;
  uint32_t rest; // how many characters were read behind it
  bool marking;
};

// grow makes the n characters read last, and the rest before them, part of the
// number.
static void grow(TSLexer *lx, struct number *number, uint32_t n) {
  number->length += number->rest + n;
  number->rest = 0;
  if (number->marking) lx->mark_end(lx);
}

// fraction reads a float from behind its dot.
static void fraction(TSLexer *lx, struct number *number) {
  number->token = FLOAT;
  grow(lx, number, digits(lx));
  if (lx->lookahead != 'e' && lx->lookahead != 'E') return;
  advance(lx);
  number->rest = 1;
  if (lx->lookahead == '+' || lx->lookahead == '-') {
    advance(lx);
    number->rest = 2;
  }
  uint32_t n = digits(lx);
  if (n > 0) grow(lx, number, n);
}

static void integer(TSLexer *lx, struct number *number) {
  bool zero = lx->lookahead == '0';
  number->token = INT;
  grow(lx, number, digits(lx));
  if (lx->lookahead != '.' || (zero && number->length > 1)) return;
  advance(lx);
  number->rest = 1;
  // A zero before the dot wants a digit behind it.
  if (!zero || is(lx, DIGIT)) fraction(lx, number);
}

// scan_number reads a number, of which a dot may be read already.
static bool scan_number(struct reading *r, bool dot) {
  enum token d = decide(r, INT);
  struct number number = {.rest = dot, .marking = d == INT};
  if (dot) fraction(r->lx, &number);
  else integer(r->lx, &number);
  r->marked = number.marking;
  if (d == INT) d = number.token;
  if (r->s->plain > 0) return in_plain(r, d, d == JUNK ? number.length + number.rest : number.length);
  return scan_run(r, number.token, d, (struct run){.length = number.rest, .last = number.rest ? '.' : 0});
}

// scan_sign settles a token t of n characters that a path may begin with.
static bool scan_sign(struct reading *r, enum token t, uint32_t n) {
  enum token d = decide(r, t);
  if (d == t || d == JUNK) mark(r);
  return r->s->plain > 0 ? in_plain(r, d, n) : scan_run(r, t, d, (struct run){0});
}

static bool scan_dot(struct reading *r) {
  TSLexer *lx = r->lx;
  advance(lx);
  if (is(lx, DIGIT)) return scan_number(r, true);
  if (lx->lookahead != '.') return scan_sign(r, DOT, 1);
  enum token d = decide(r, DOT);
  bool plain = r->s->plain > 0;
  if (plain && d == DOT) mark(r);
  advance(lx);
  if (lx->lookahead == '.') {
    r->marked = false;
    advance(lx);
    return scan_sign(r, ELLIPSIS, 3);
  }
  if (plain) return in_plain(r, d, d == JUNK ? 2 : 1);
  return scan_run(r, DOT, d, (struct run){.length = 1, .last = '.'});
}

// scan_symbol settles the token t, which has been read.
static bool scan_symbol(struct reading *r, enum token t) { return settle(r, t, decide(r, t)); }

// scan_pair reads the second character of a token. With it the token is pair,
// without it t.
static bool scan_pair(struct reading *r, int32_t second, enum token pair, enum token t) {
  if (r->lx->lookahead != second) return scan_symbol(r, t);
  advance(r->lx);
  return scan_symbol(r, pair);
}

// scan_longer settles t, with which a longer literal may begin; read reads on
// and reports whether one does.
static bool scan_longer(struct reading *r, enum token t, bool (*read)(struct reading *)) {
  enum token d = decide(r, t);
  return read(r) ? produce(r->lx, r->found) : settle(r, t, d);
}

static bool scan_search_path(struct reading *r) {
  TSLexer *lx = r->lx;
  if (!search_path(lx)) return false;
  advance(lx);
  r->found = SEARCH_PATH;
  if (!unfit(r) || r->found == JUNK) lx->mark_end(lx);
  return true;
}

static bool scan_less(struct reading *r) {
  TSLexer *lx = r->lx;
  if (lx->lookahead == '|') return scan_pair(r, '|', PIPE_FROM, LESS);
  if (lx->lookahead == '=') return scan_pair(r, '=', LESS_EQUAL, LESS);
  return scan_longer(r, LESS, scan_search_path);
}

static bool scan_home(struct reading *r) {
  TSLexer *lx = r->lx;
  if (lx->lookahead != '/') return scan_symbol(r, BAD);
  advance(lx);
  return scan_longer(r, BAD, scan_slash);
}

static bool scan_or(struct reading *r) {
  if (r->lx->lookahead == '>') return scan_pair(r, '>', PIPE_INTO, BAD);
  return scan_pair(r, '|', OR, BAD);
}

// scan_right_brace settles a right brace. Behind the first name in a set it
// ends formals if a colon or @ follows, and otherwise a binding without value.
static bool scan_right_brace(struct reading *r) {
  TSLexer *lx = r->lx;
  const bool *valid = r->valid;
  if (!valid[ASSIGN] || !valid[COMMA] || valid[IN_RECOVERY]) return scan_symbol(r, RIGHT_BRACE);
  while (blank(lx->lookahead)) advance(lx);
  if (eof(lx) || one_of(lx->lookahead, ":@#/")) return false;
  return produce(lx, ASSIGN);
}

// junk_line reads up to the character that ends a string or an interpolation,
// or to the end of the line.
static bool junk_line(struct reading *r, int32_t open, int32_t close) {
  TSLexer *lx = r->lx;
  for (int depth = 1; depth > 0 && lx->lookahead != '\n' && !eof(lx); advance(lx)) {
    if (lx->lookahead == close) depth--;
    else if (lx->lookahead == open) depth++;
  }
  return produce_here(lx, JUNK);
}

// scan_opening settles a token that opens a text of its own. If it is junk, the
// text is too.
static bool scan_opening(struct reading *r, enum token t, int32_t open, int32_t close) {
  enum token d = decide(r, t);
  return d == JUNK ? junk_line(r, open, close) : settle(r, t, d);
}

// scan_quote settles a quote. The string may be the name of a binding that
// something is missing before.
static bool scan_quote(struct reading *r) {
  enum token d = decide(r, QUOTE);
  if (d != QUOTE || !r->newline || !may_need_binding(r->valid)) return scan_opening(r, QUOTE, -2, '"');
  if (!quoted_name(r->lx) || !is_assigned(r->lx, 0)) return false;
  d = before_binding(r);
  return d != VAR && produce(r->lx, d);
}

static bool is_bad(TSLexer *lx) {
  int32_t c = lx->lookahead;
  if (c == 0) return !lx->eof(lx);
  return c < 0 || c >= 128 || !(is(lx, NAME) || blank(c) || one_of(c, "\"#$()*+,./:;<=>?@[]{}|&!~"));
}

static bool scan_bad(struct reading *r) {
  while (is_bad(r->lx)) advance(r->lx);
  return scan_symbol(r, BAD);
}

// scan_punctuation settles the token that begins with c, which has been read.
static bool scan_punctuation(struct reading *r, int32_t c) {
  switch (c) {
  case '+': return r->lx->lookahead == '+' ? (advance(r->lx), scan_sign(r, CONCAT, 2)) : scan_sign(r, PLUS, 1);
  case '-': return r->lx->lookahead == '>' ? scan_pair(r, '>', IMPLIES, MINUS) : scan_sign(r, MINUS, 1);
  case '<': return scan_less(r);
  case '~': return scan_home(r);
  case '|': return scan_or(r);
  case '}': return scan_right_brace(r);
  case '"': return scan_quote(r);
  case ';': return scan_symbol(r, SEMICOLON);
  case '{': return scan_symbol(r, LEFT_BRACE);
  case '[': return scan_symbol(r, LEFT_BRACKET);
  case ']': return scan_symbol(r, RIGHT_BRACKET);
  case '(': return scan_symbol(r, LEFT_PAREN);
  case ')': return scan_symbol(r, RIGHT_PAREN);
  case ':': return scan_symbol(r, COLON);
  case ',': return scan_symbol(r, COMMA);
  case '@': return scan_symbol(r, AT);
  case '?': return scan_symbol(r, QUESTION);
  case '*': return scan_symbol(r, TIMES);
  case '=': return scan_pair(r, '=', EQUAL, ASSIGN);
  case '!': return scan_pair(r, '=', NOT_EQUAL, NOT);
  case '>': return scan_pair(r, '=', GREATER_EQUAL, GREATER);
  case '&': return scan_pair(r, '&', AND, BAD);
  case '\'': return scan_pair(r, '\'', IND_QUOTE, BAD);
  case '$':
    if (r->lx->lookahead != '{') return scan_symbol(r, BAD);
    advance(r->lx);
    return scan_opening(r, DOLLAR_BRACE, '{', '}');
  }
  return scan_bad(r);
}

static bool scan_divide(struct reading *r) {
  TSLexer *lx = r->lx;
  advance(lx);
  if (lx->lookahead == '*') return block_comment(lx);
  if (lx->lookahead == '/') return scan_pair(r, '/', UPDATE, DIVIDE);
  return scan_longer(r, DIVIDE, scan_slash);
}

static bool scan_end(struct reading *r) {
  if (r->valid[IN_RECOVERY]) return false;
  enum token t = repair_end(r->valid);
  return t != END && produce(r->lx, t);
}

static bool scan_token(struct reading *r) {
  TSLexer *lx = r->lx;
  if (is(lx, NAME_START)) return scan_name(r);
  if (is(lx, DIGIT)) return scan_number(r, false);
  int32_t c = lx->lookahead;
  switch (c) {
  case 0:
    if (eof(lx)) return scan_end(r);
    break;
  case '#':
    line_comment(lx);
    return produce(lx, COMMENT);
  case '/': return scan_divide(r);
  case '.': return scan_dot(r);
  }
  advance(lx);
  return scan_punctuation(r, c);
}

static void skip_blanks(struct reading *r) {
  TSLexer *lx = r->lx;
  for (; blank(lx->lookahead); lx->advance(lx, true)) {
    r->gap = true;
    if (lx->lookahead == '\n' || lx->lookahead == '\r') r->newline = true;
  }
}

bool tree_sitter_nixlang_external_scanner_scan(void *payload, TSLexer *lx, const bool *valid) {
  struct reading r = {.s = payload, .lx = lx, .valid = valid};
  if (!valid[IN_RECOVERY]) {
    if (valid[TEXT]) return valid[QUOTE] ? scan_string(lx) : scan_ind_string(lx);
    if (valid[PATH_END]) return path_rest(lx);
  }
  // What is missing is put here, before the blanks.
  lx->mark_end(lx);
  skip_blanks(&r);
  return scan_token(&r);
}

void *tree_sitter_nixlang_external_scanner_create(void) {
  return calloc(1, sizeof(struct scanner));
}

void tree_sitter_nixlang_external_scanner_destroy(void *payload) { free(payload); }

unsigned tree_sitter_nixlang_external_scanner_serialize(void *payload, char *buffer) {
  struct scanner *s = payload;
  if (s->plain == 0) return 0;
  memcpy(buffer, &s->plain, sizeof s->plain);
  return sizeof s->plain;
}

void tree_sitter_nixlang_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  struct scanner *s = payload;
  s->plain = 0;
  if (length == sizeof s->plain) memcpy(&s->plain, buffer, sizeof s->plain);
}
