package cases

import (
	"database/sql/driver"
	"fmt"

	"gongkai/internal/deadline"
)

// Channel is the way an application came in; the rule of the receipt date hangs
// on it (Art 31).
type Channel = deadline.Channel

// ApplicantKind is one of the six columns of table 三. The zero value is no kind.
type ApplicantKind struct{ code string }

// The six kinds, in the order of the columns of table 三.
var (
	Natural       = ApplicantKind{"natural"}
	Commercial    = ApplicantKind{"commercial"}
	Research      = ApplicantKind{"research"}
	PublicWelfare = ApplicantKind{"public_welfare"}
	LegalService  = ApplicantKind{"legal_service"}
	OtherKind     = ApplicantKind{"other"}
)

type kindInfo struct {
	kind  ApplicantKind
	label string
}

func kindTable() [6]kindInfo {
	return [6]kindInfo{
		{Natural, "自然人"}, {Commercial, "商业企业"}, {Research, "科研机构"},
		{PublicWelfare, "社会公益组织"}, {LegalService, "法律服务机构"}, {OtherKind, "其他"},
	}
}

// ApplicantKinds lists the six kinds in the order of table 三.
func ApplicantKinds() []ApplicantKind {
	var out []ApplicantKind
	for _, k := range kindTable() {
		out = append(out, k.kind)
	}
	return out
}

// ParseApplicantKind reads a code; an unknown one is an error.
func ParseApplicantKind(code string) (ApplicantKind, error) {
	for _, k := range kindTable() {
		if k.kind.code == code {
			return k.kind, nil
		}
	}
	return ApplicantKind{}, fmt.Errorf("申请人类型“%s”不在六类之中", code)
}

// Code gives the stable code, e.g. "natural".
func (k ApplicantKind) Code() string { return k.code }

// Label gives the column's Chinese name.
func (k ApplicantKind) Label() string {
	for _, i := range kindTable() {
		if i.kind == k {
			return i.label
		}
	}
	return ""
}

// Column gives the place in table 三, 0 to 5, or -1 for no kind.
func (k ApplicantKind) Column() int {
	for i, info := range kindTable() {
		if info.kind == k {
			return i
		}
	}
	return -1
}

// IsZero reports whether no kind was given.
func (k ApplicantKind) IsZero() bool { return k.code == "" }

// MarshalText writes the code.
func (k ApplicantKind) MarshalText() ([]byte, error) { return []byte(k.code), nil }

// UnmarshalText reads a code; empty text is no kind.
func (k *ApplicantKind) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*k = ApplicantKind{}
		return nil
	}
	got, err := ParseApplicantKind(string(b))
	*k = got
	return err
}

// Value stores the code.
func (k ApplicantKind) Value() (driver.Value, error) { return k.code, nil }

// Scan reads what Value wrote.
func (k *ApplicantKind) Scan(src any) error { return scanText(src, k.UnmarshalText) }

// scanText hands a database text to an UnmarshalText.
func scanText(src any, read func([]byte) error) error {
	switch v := src.(type) {
	case nil:
		return read(nil)
	case string:
		return read([]byte(v))
	case []byte:
		return read(v)
	}
	return fmt.Errorf("cannot read a code from %T", src)
}
