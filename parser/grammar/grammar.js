// The grammar of nixlang for tree-sitter. `go generate` makes parser.c of it.
//
// Its rules are named like the kinds of package parser, see kinds.go. It has no
// conflicts and, since every token is an external one too, no merged states:
// the set of tokens that the scanner finds valid is exactly what may follow.
// scanner.c relies on that, both to lex as Nix does whatever the parser would
// like to see, and to repair what is broken.

const LEVEL = {
  implies: 1, or: 2, and: 3, equal: 4, compare: 5, update: 6, not: 7,
  add: 8, multiply: 9, concat: 10, has: 11, negate: 12,
};

// The operators of one precedence. Those that Nix declares nonassociative
// (equal, compare) are left-associative here; the conversion refuses a chain.
const BINARY = [
  [LEVEL.implies, prec.right, ['->']],
  [LEVEL.or, prec.left, ['||']],
  [LEVEL.and, prec.left, ['&&']],
  [LEVEL.equal, prec.left, ['==', '!=']],
  [LEVEL.compare, prec.left, ['<', '<=', '>', '>=']],
  [LEVEL.update, prec.right, ['//']],
  [LEVEL.add, prec.left, ['+', '-']],
  [LEVEL.multiply, prec.left, ['*', '/']],
  [LEVEL.concat, prec.right, ['++']],
];

module.exports = grammar({
  name: 'nixlang',

  // The order is that of enum token in scanner.c.
  externals: $ => [
    $.Path, $.SearchPath, $.URI,
    // What tree-sitter's own lexer reads unless the scanner does.
    $.Var, $.Int, $.Float,
    'assert', 'else', 'if', 'in', 'inherit', 'let', 'or', 'rec', 'then', 'with',
    '=', '@', ':', ',', '.', '...', ';', '{', '}', '[', ']', '(', ')', '${', '"', "''",
    '?', '!', '+', '-', '*', '/', '++', '//', '==', '!=', '<', '<=', '>', '>=',
    '&&', '||', '->', '<|', '|>',
    // What only the scanner reads.
    $.Text, $.Escape, $.PathStart, $.PathText, $.PathSlash, $._path_end, $.BadPath,
    $.Comment, $.Junk,
    // Empty: stands for an expression or name that is not there.
    $.Missing,
    // Empty: begins the bindings that follow a complete file.
    $.Resume,
    // Never produced. That one is valid tells the scanner where it is: behind
    // the dot of a selection, behind the head of a with or assert, anywhere
    // in an error that tree-sitter recovers from.
    $._in_select, $._in_head, $._in_recovery,
  ],

  extras: $ => [/[ \t\r\n]+/, $.Comment, $.Junk],

  inline: $ => [$._name, $._attr, $._select_attr],

  rules: {
    File: $ => seq($._expr, optional(seq($.Resume, repeat($._bind)))),

    _expr: $ => choice(
      $.Lambda, $.With, $.Assert, $.Let, $.If,
      alias($._pipe_from, $.Binary), alias($._pipe_into, $.Binary), $._op,
    ),

    Lambda: $ => seq(
      choice(
        $._name,
        $.Formals,
        seq($._name, '@', choice($.Formals, $.Missing)),
        seq($.Formals, '@', choice($._name, $.Missing)),
      ),
      ':', $._expr,
    ),
    Formals: $ => seq('{', optional($._formals), '}'),
    _formals: $ => choice(
      '...',
      seq($.Formal, repeat(seq(',', $.Formal)), optional(seq(',', optional('...')))),
    ),
    Formal: $ => seq($._name, optional(seq('?', $._expr))),

    With: $ => seq('with', $._expr, choice(';', $._in_head), $._expr),
    Assert: $ => seq('assert', $._expr, choice(';', $._in_head), $._expr),
    Let: $ => seq('let', repeat($._bind), 'in', $._expr),
    If: $ => seq('if', $._expr, 'then', $._expr, 'else', $._expr),

    _pipe_from: $ => seq($._op, '<|', choice(alias($._pipe_from, $.Binary), $._op)),
    _pipe_into: $ => seq(choice(alias($._pipe_into, $.Binary), $._op), '|>', $._op),

    _op: $ => choice($.Unary, $.Binary, $.HasAttr, $._app, $.Missing),
    Unary: $ => choice(
      prec(LEVEL.not, seq('!', $._op)),
      prec(LEVEL.negate, seq('-', $._op)),
    ),
    Binary: $ => choice(...BINARY.flatMap(([level, assoc, operators]) =>
      operators.map(operator => assoc(level, seq($._op, operator, $._op))))),
    HasAttr: $ => prec.left(LEVEL.has, seq($._op, '?', $.SelectPath)),

    _app: $ => choice($.Apply, $._select),
    Apply: $ => seq($._app, $._select),

    _select: $ => choice($.Select, $.OrCall, $._simple, $.BareLet),
    Select: $ => seq(
      $._simple, '.', $.SelectPath,
      optional(seq('or', choice($._select, $.Missing))),
    ),
    // `f or` calls f: Nix keeps it for an old function of that name.
    OrCall: $ => seq($._simple, alias('or', $.Var)),
    // A legacy let that has no more than its keyword.
    BareLet: $ => seq('let', $.Missing),

    _simple: $ => choice(
      $.Var, $.Int, $.Float, $.String, $.IndString, $.Path, $.InterpolatedPath, $.BadPath,
      $.SearchPath, $.URI, $.Paren, $.LegacyLet, $.AttrSet, $.List,
    ),
    String: $ => seq('"', repeat($._part), '"'),
    IndString: $ => seq("''", repeat($._part), "''"),
    _part: $ => choice($.Text, $.Escape, $.Interp),
    Interp: $ => seq('${', $._expr, '}'),
    // A PathSlash is what must not end a path.
    InterpolatedPath: $ => seq(
      $.PathStart, $.Interp, repeat(choice($.PathText, $.PathSlash, $.Interp)), $._path_end,
    ),
    Paren: $ => seq('(', $._expr, ')'),
    List: $ => seq('[', repeat($._select), ']'),
    LegacyLet: $ => seq('let', '{', repeat($._bind), '}'),
    AttrSet: $ => choice(
      seq(optional('rec'), '{', repeat($._bind), '}'),
      seq('rec', $.Missing),
    ),

    _bind: $ => choice($.Binding, $.Inherit),
    Binding: $ => seq($.AttrPath, '=', $._expr, ';'),
    Inherit: $ => seq('inherit', optional($.InheritFrom), repeat($._attr), ';'),
    InheritFrom: $ => seq('(', $._expr, ')'),

    AttrPath: $ => seq(choice($._attr, $.Missing), repeat(seq('.', choice($._attr, $.Missing)))),
    SelectPath: $ => seq($._select_attr, repeat(seq('.', $._select_attr))),
    _select_attr: $ => choice($._attr, $.Missing, $._in_select),
    _attr: $ => choice($._name, alias('or', $.Name), $.String, $.Interp),
    _name: $ => alias($.Var, $.Name),

    Var: _ => /[a-zA-Z_][a-zA-Z0-9_'\-]*/,
    Int: _ => /[0-9]+/,
    Float: _ => /(([1-9][0-9]*\.[0-9]*)|(0?\.[0-9]+))([Ee][+-]?[0-9]+)?/,
  },
});
