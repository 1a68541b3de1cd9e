package parser

// Levels of precedence, the loosest first (parser.y of Nix). The pipes stand
// below all of them; application and selection above.
const (
	precImplies = iota + 1
	precOr
	precAnd
	precEqual
	precCompare
	precUpdate
	precNot
	precSum
	precProduct
	precConcat
	precHasAttr
)

// operator says how an infix operator binds.
type operator struct {
	prec  uint8 // 0: not an operator
	right uint8 // the least precedence in its right operand
	alone bool  // it cannot be chained with its equals
}

func left(prec uint8) operator     { return operator{prec: prec, right: prec + 1} }
func right(prec uint8) operator    { return operator{prec: prec, right: prec} }
func nonassoc(prec uint8) operator { return operator{prec: prec, right: prec + 1, alone: true} }

var operators = [kindCount]operator{
	KindImplies:      right(precImplies),
	KindOr:           left(precOr),
	KindAnd:          left(precAnd),
	KindEqual:        nonassoc(precEqual),
	KindNotEqual:     nonassoc(precEqual),
	KindLess:         nonassoc(precCompare),
	KindLessEqual:    nonassoc(precCompare),
	KindGreater:      nonassoc(precCompare),
	KindGreaterEqual: nonassoc(precCompare),
	KindUpdate:       right(precUpdate),
	KindPlus:         left(precSum),
	KindMinus:        left(precSum),
	KindTimes:        left(precProduct),
	KindDivide:       left(precProduct),
	KindConcat:       right(precConcat),
	KindQuestion:     left(precHasAttr), // declared nonassoc, but its right side is no expression
}

func binary(k Kind) operator {
	if k < kindCount {
		return operators[k]
	}
	return operator{}
}
