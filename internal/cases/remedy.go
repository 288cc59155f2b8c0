package cases

import "fmt"

// RemedyKind is one block of table 四. The zero value is none.
type RemedyKind struct{ code string }

// The blocks of table 四, in order.
var (
	Review                = RemedyKind{"review"}
	LitigationDirect      = RemedyKind{"litigation_direct"}
	LitigationAfterReview = RemedyKind{"litigation_after_review"}
)

// RemedyKinds lists the blocks of table 四 in order.
func RemedyKinds() []RemedyKind {
	return []RemedyKind{Review, LitigationDirect, LitigationAfterReview}
}

// ParseRemedyKind reads a code.
func ParseRemedyKind(code string) (RemedyKind, error) {
	for _, k := range RemedyKinds() {
		if k.code == code {
			return k, nil
		}
	}
	return RemedyKind{}, fmt.Errorf("救济途径“%s”不在三类之中", code)
}

// Code gives the stable code.
func (k RemedyKind) Code() string { return k.code }

// Label gives the block's Chinese name.
func (k RemedyKind) Label() string {
	switch k {
	case Review:
		return "行政复议"
	case LitigationDirect:
		return "未经复议直接起诉"
	case LitigationAfterReview:
		return "复议后起诉"
	}
	return ""
}

// IsZero reports whether k is no block.
func (k RemedyKind) IsZero() bool { return k.code == "" }

// MarshalText writes the code.
func (k RemedyKind) MarshalText() ([]byte, error) { return []byte(k.code), nil }

// UnmarshalText reads a code.
func (k *RemedyKind) UnmarshalText(b []byte) (err error) {
	*k, err = ParseRemedyKind(string(b))
	return err
}

// Result is a column of table 四. The zero value is no result.
type Result struct{ code string }

// The columns of table 四, in order.
var (
	Upheld      = Result{"upheld"}
	Corrected   = Result{"corrected"}
	OtherResult = Result{"other"}
	Pending     = Result{"pending"}
)

// Results lists the columns of table 四 in order.
func Results() []Result { return []Result{Upheld, Corrected, OtherResult, Pending} }

// ParseResult reads a code.
func ParseResult(code string) (Result, error) {
	for _, r := range Results() {
		if r.code == code {
			return r, nil
		}
	}
	return Result{}, fmt.Errorf("复议诉讼结果“%s”不在四类之中", code)
}

// Code gives the stable code.
func (r Result) Code() string { return r.code }

// Label gives the column's Chinese name.
func (r Result) Label() string {
	switch r {
	case Upheld:
		return "结果维持"
	case Corrected:
		return "结果纠正"
	case OtherResult:
		return "其他结果"
	case Pending:
		return "尚未审结"
	}
	return ""
}

// IsZero reports whether there is no result.
func (r Result) IsZero() bool { return r.code == "" }

// MarshalText writes the code.
func (r Result) MarshalText() ([]byte, error) { return []byte(r.code), nil }

// UnmarshalText reads a code; empty text is no result.
func (r *Result) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = Result{}
		return nil
	}
	*r, err = ParseResult(string(b))
	return err
}
