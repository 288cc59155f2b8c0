package report

import "fmt"

// Format is one of the two official forms. The zero value is invalid.
type Format struct{ code string }

// The two forms in use: that of 2019 has one row for （六）其他处理, that of 2021
// has three.
var (
	Format2019 = Format{"2019"}
	Format2021 = Format{"2021"}
)

// FormatOf gives the form that a reporting year is due in: 2019 up to 2020, 2021
// from 2021.
func FormatOf(year int) Format {
	if year <= 2020 {
		return Format2019
	}
	return Format2021
}

// ParseFormat reads "2019" or "2021".
func ParseFormat(text string) (Format, error) {
	for _, f := range []Format{Format2019, Format2021} {
		if f.code == text {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("报表格式“%s”不是 2019 或 2021", text)
}

// String gives "2019", "2021" or "" for no format.
func (f Format) String() string { return f.code }

// IsZero reports whether f is no format.
func (f Format) IsZero() bool { return f.code == "" }

// Source names the document that prescribes the form.
func (f Format) Source() string {
	switch f {
	case Format2019:
		return "国办公开办函〔2019〕60号"
	case Format2021:
		return "国办公开办函〔2021〕30号"
	}
	return ""
}

// MarshalText writes the code.
func (f Format) MarshalText() ([]byte, error) { return []byte(f.code), nil }

// UnmarshalText reads "2019" or "2021".
func (f *Format) UnmarshalText(b []byte) (err error) {
	*f, err = ParseFormat(string(b))
	return err
}
