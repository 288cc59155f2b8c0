package leak

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
)

func sortedInts(m map[int]any) []int { return slices.Sorted(maps.Keys(m)) }

// pdfTokens reads values one after the other.
type pdfTokens struct {
	data []byte
	at   int
}

func pdfBlank(b byte) bool {
	return b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == '\f' || b == 0
}

func pdfDelimiter(b byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), b) >= 0 }

func (t *pdfTokens) blank() {
	for t.at < len(t.data) {
		if t.data[t.at] == '%' {
			for t.at < len(t.data) && t.data[t.at] != '\n' && t.data[t.at] != '\r' {
				t.at++
			}
		} else if !pdfBlank(t.data[t.at]) {
			return
		} else {
			t.at++
		}
	}
}

// pdfEnd closes a list or a dictionary, or the data.
type pdfEnd string

// value reads the next value: a number (float64), text ([]byte), pdfName, list,
// pdfDict, pdfRef or pdfOp.
func (t *pdfTokens) value(depth int) any {
	t.blank()
	if t.at >= len(t.data) || depth > 50 {
		t.at = len(t.data)
		return pdfEnd("")
	}
	switch b := t.data[t.at]; {
	case b == '/':
		t.at++
		return pdfName(t.word())
	case b == '(':
		return t.literal()
	case b == '<' && t.next() == '<':
		t.at += 2
		return t.dict(depth)
	case b == '<':
		return t.hex()
	case b == '[':
		t.at++
		list := []any{}
		for {
			v := t.value(depth + 1)
			if _, end := v.(pdfEnd); end {
				return list
			}
			list = reference(append(list, v))
		}
	case b == ']' || b == ')' || b == '{' || b == '}':
		t.at++
		return pdfEnd(string(b))
	case b == '>':
		t.at += min(2, len(t.data)-t.at)
		return pdfEnd(">>")
	}
	word := t.word()
	if n, err := strconv.ParseFloat(word, 64); err == nil {
		return n
	}
	return pdfOp(word)
}

func (t *pdfTokens) next() byte {
	if t.at+1 < len(t.data) {
		return t.data[t.at+1]
	}
	return 0
}

// reference turns "12 0 R" at the end of a list into one.
func reference(list []any) []any {
	n := len(list)
	if n < 3 || list[n-1] != pdfOp("R") {
		return list
	}
	number, ok := list[n-3].(float64)
	if _, generation := list[n-2].(float64); !ok || !generation {
		return list
	}
	return append(list[:n-3], pdfRef(number))
}

func (t *pdfTokens) dict(depth int) pdfDict {
	var flat []any
	for {
		v := t.value(depth + 1)
		if _, end := v.(pdfEnd); end {
			break
		}
		flat = reference(append(flat, v))
	}
	d := pdfDict{}
	for i := 0; i+1 < len(flat); i += 2 {
		if name, ok := flat[i].(pdfName); ok {
			d[name] = flat[i+1]
		}
	}
	return d
}

// word reads up to a blank or delimiter, with #xx in names written out.
func (t *pdfTokens) word() string {
	from := t.at
	for t.at < len(t.data) && !pdfBlank(t.data[t.at]) && !pdfDelimiter(t.data[t.at]) {
		t.at++
	}
	word := t.data[from:t.at]
	if bytes.IndexByte(word, '#') < 0 {
		return string(word)
	}
	var out []byte
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) {
			if n, err := strconv.ParseUint(string(word[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, word[i])
	}
	return string(out)
}

// literal reads a text in round brackets.
func (t *pdfTokens) literal() []byte {
	var out []byte
	depth := 0
	for ; t.at < len(t.data); t.at++ {
		switch b := t.data[t.at]; b {
		case '(':
			if depth++; depth > 1 {
				out = append(out, b)
			}
		case ')':
			if depth--; depth == 0 {
				t.at++
				return out
			}
			out = append(out, b)
		case '\\':
			t.at++
			out = t.escaped(out)
		default:
			out = append(out, b)
		}
	}
	return out
}

func (t *pdfTokens) escaped(out []byte) []byte {
	if t.at >= len(t.data) {
		return out
	}
	b := t.data[t.at]
	if i := bytes.IndexByte([]byte("nrtbf"), b); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	if b == '\n' || b == '\r' {
		if b == '\r' && t.next() == '\n' {
			t.at++
		}
		return out
	}
	if b < '0' || b > '7' {
		return append(out, b)
	}
	n := 0
	for i := 0; i < 3 && t.at < len(t.data) && t.data[t.at] >= '0' && t.data[t.at] <= '7'; i++ {
		n = n*8 + int(t.data[t.at]-'0')
		t.at++
	}
	t.at--
	return append(out, byte(n))
}

// hex reads a text in angle brackets.
func (t *pdfTokens) hex() []byte {
	var out []byte
	half, odd := byte(0), false
	for t.at++; t.at < len(t.data) && t.data[t.at] != '>'; t.at++ {
		n, err := strconv.ParseUint(string(t.data[t.at:t.at+1]), 16, 8)
		if err != nil {
			continue
		}
		if odd {
			out = append(out, half<<4|byte(n))
		}
		half, odd = byte(n), !odd
	}
	t.at++
	if odd {
		out = append(out, half<<4)
	}
	return out
}
