package leak

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// pdfFont turns the codes of a text into signs.
type pdfFont struct {
	wide    bool              // two bytes a code
	signs   map[uint32]string // from ToUnicode, or the differences of an encoding
	decode  func([]byte) string
	unknown bool // the file does not say what its codes mean
}

func (f *pdfFile) font(v any) *pdfFont {
	d := f.dict(v)
	font := &pdfFont{signs: map[uint32]string{}}
	encoding, _ := f.get(d["Encoding"]).(pdfName)
	if d["Subtype"] == pdfName("Type0") {
		font.wide = true
		switch name := string(encoding); {
		case strings.HasPrefix(name, "UniGB-UTF16"), strings.HasPrefix(name, "UniGB-UCS2"), strings.HasPrefix(name, "UniCNS-"), strings.HasPrefix(name, "UniJIS-"):
			font.decode = utf16BE
		case strings.HasPrefix(name, "GB"):
			font.decode = func(b []byte) string {
				out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
				if err != nil {
					return ""
				}
				return string(out)
			}
		default:
			font.unknown = true
		}
	}
	if s, ok := f.get(d["ToUnicode"]).(pdfStream); ok {
		font.read(f.content(s))
		font.unknown, font.decode = len(font.signs) == 0, nil
	} else if differences := f.list(f.dict(d["Encoding"])["Differences"]); !font.wide {
		font.differences(differences)
	}
	return font
}

func utf16BE(b []byte) string {
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

// differences reads the names of signs where a font has its own order.
func (font *pdfFont) differences(list []any) {
	names := map[string]string{"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
		"hyphen": "-", "space": " ", "parenleft": "(", "parenright": ")", "plus": "+", "X": "X", "x": "x", "period": "."}
	code := uint32(0)
	for _, v := range list {
		switch v := v.(type) {
		case float64:
			code = uint32(v)
		case pdfName:
			sign, known := names[string(v)]
			if !known {
				sign = "?"
				if len(v) == 1 {
					sign = string(v)
				}
			}
			font.signs[code] = sign
			code++
		}
	}
}

// read takes in a ToUnicode map.
func (font *pdfFont) read(data []byte) {
	t := &pdfTokens{data: data}
	var args []any
	for t.at < len(t.data) {
		v := t.value(0)
		op, ok := v.(pdfOp)
		if !ok {
			if args = append(args, v); len(args) > 100_000 {
				return
			}
			continue
		}
		switch op {
		case "endcodespacerange":
			if len(args) > 0 {
				if b, ok := args[0].([]byte); ok {
					font.wide = len(b) >= 2
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				from, ok1 := args[i].([]byte)
				to, ok2 := args[i+1].([]byte)
				if ok1 && ok2 {
					font.signs[codeOf(from)] = utf16BE(to)
				}
			}
		case "endbfrange":
			font.ranges(args)
		}
		args = args[:0]
	}
}

func (font *pdfFont) ranges(args []any) {
	for i := 0; i+2 < len(args); i += 3 {
		low, ok1 := args[i].([]byte)
		high, ok2 := args[i+1].([]byte)
		if !ok1 || !ok2 {
			continue
		}
		from, to := codeOf(low), min(codeOf(high), codeOf(low)+0xffff)
		switch dest := args[i+2].(type) {
		case []byte:
			signs := []rune(utf16BE(dest))
			if len(signs) == 0 {
				continue
			}
			for code := from; code <= to; code++ {
				font.signs[code] = string(signs)
				signs[len(signs)-1]++
			}
		case []any:
			for j, v := range dest {
				if b, ok := v.([]byte); ok && from+uint32(j) <= to {
					font.signs[from+uint32(j)] = utf16BE(b)
				}
			}
		}
	}
}

func codeOf(b []byte) uint32 {
	var n uint32
	for _, x := range b {
		n = n<<8 | uint32(x)
	}
	return n
}

// text gives the signs of a shown text.
func (font *pdfFont) text(b []byte) string {
	if font == nil {
		return latin(b)
	}
	if font.decode != nil {
		return font.decode(b)
	}
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		code := uint32(b[i])
		if font.wide && i+1 < len(b) {
			code, i = code<<8|uint32(b[i+1]), i+1
		}
		if sign, ok := font.signs[code]; ok {
			out.WriteString(sign)
		} else if !font.wide && code < 0x80 {
			out.WriteByte(byte(code))
		} else {
			out.WriteRune('\ufffd')
		}
	}
	return out.String()
}

func latin(b []byte) string {
	out := make([]rune, len(b))
	for i, x := range b {
		out[i] = rune(x)
	}
	return string(out)
}
