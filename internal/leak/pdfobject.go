package leak

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
)

// The little of PDF (ISO 32000) that it takes to read text: objects found by
// looking for them, not by the table at the end, so that what an editor left
// behind is read too.

type (
	pdfName string
	pdfRef  int
	pdfDict map[pdfName]any
	pdfOp   string // an operator in a content stream
)

type pdfStream struct {
	dict pdfDict
	raw  []byte
}

// pdfFile is what was found in a file.
type pdfFile struct {
	objects   map[int]any
	left      *int64 // bytes that may still be unpacked
	encrypted bool
	// overwritten: an object is there twice, so that what a later version of the file
	// hides can still be read by who looks for it.
	overwritten bool
	skipped     bool // a stream could not be unpacked
}

var objectStart = regexp.MustCompile(`(\d{1,10})\s+\d{1,5}\s+obj\b`)

func readPDF(data []byte, left *int64) *pdfFile {
	f := &pdfFile{objects: map[int]any{}, left: left}
	for _, m := range objectStart.FindAllSubmatchIndex(data, -1) {
		n, err := strconv.Atoi(string(data[m[2]:m[3]]))
		if err != nil {
			continue
		}
		_, there := f.objects[n]
		f.overwritten = f.overwritten || there
		f.objects[n] = readObject(data[m[1]:])
	}
	f.encrypted = bytes.Contains(data, []byte("/Encrypt"))
	for _, n := range sortedInts(f.objects) {
		if s, ok := f.objects[n].(pdfStream); ok && s.dict["Type"] == pdfName("ObjStm") {
			f.unfold(s)
		}
	}
	return f
}

// readObject reads a value and, if it is the head of a stream, what follows.
func readObject(data []byte) any {
	t := &pdfTokens{data: data}
	v := t.value(0)
	d, ok := v.(pdfDict)
	if !ok {
		return v
	}
	t.blank()
	rest := t.data[t.at:]
	if !bytes.HasPrefix(rest, []byte("stream")) {
		return v
	}
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest[6:], []byte("\r")), []byte("\n"))
	if n, ok := d["Length"].(float64); ok && n >= 0 && int(n) <= len(rest) && bytes.HasPrefix(bytes.TrimLeft(rest[int(n):], "\r\n "), []byte("endstream")) {
		return pdfStream{d, rest[:int(n)]}
	}
	if end := bytes.Index(rest, []byte("endstream")); end >= 0 {
		return pdfStream{d, rest[:end]}
	}
	return pdfStream{d, rest}
}

// unfold takes the objects out of an object stream.
func (f *pdfFile) unfold(s pdfStream) {
	data := f.content(s)
	n, first := f.number(s.dict["N"]), f.number(s.dict["First"])
	if first > len(data) || first < 0 {
		return
	}
	t := &pdfTokens{data: data[:first]}
	for range min(n, 100_000) {
		number, ok1 := t.value(0).(float64)
		at, ok2 := t.value(0).(float64)
		if !ok1 || !ok2 || at < 0 || first+int(at) > len(data) {
			return
		}
		if _, there := f.objects[int(number)]; !there {
			f.objects[int(number)] = (&pdfTokens{data: data[first+int(at):]}).value(0)
		}
	}
}

// get follows a reference.
func (f *pdfFile) get(v any) any {
	for range 20 {
		r, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = f.objects[int(r)]
	}
	return nil
}

func (f *pdfFile) dict(v any) pdfDict {
	switch v := f.get(v).(type) {
	case pdfDict:
		return v
	case pdfStream:
		return v.dict
	}
	return nil
}

func (f *pdfFile) list(v any) []any {
	list, _ := f.get(v).([]any)
	return list
}

func (f *pdfFile) number(v any) int {
	n, _ := f.get(v).(float64)
	return int(n)
}

// content unpacks a stream; what can't be unpacked is empty, and said.
func (f *pdfFile) content(s pdfStream) []byte {
	filters := f.list(s.dict["Filter"])
	if name, ok := f.get(s.dict["Filter"]).(pdfName); ok {
		filters = []any{name}
	}
	data := s.raw
	for _, filter := range filters {
		name, _ := f.get(filter).(pdfName)
		out, ok := f.unpack(name, data)
		if !ok {
			f.skipped = true
			return nil
		}
		data = out
	}
	return data
}

func (f *pdfFile) unpack(filter pdfName, data []byte) ([]byte, bool) {
	var r io.Reader
	switch filter {
	case "FlateDecode", "Fl":
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, false
		}
		defer z.Close()
		r = z
	case "ASCIIHexDecode", "AHx":
		digits := bytes.Map(func(b rune) rune {
			if bytes.ContainsRune([]byte("0123456789abcdefABCDEF"), b) {
				return b
			}
			return -1
		}, data)
		r = hex.NewDecoder(bytes.NewReader(digits[:len(digits)/2*2]))
	case "ASCII85Decode", "A85":
		r = ascii85.NewDecoder(bytes.NewReader(bytes.TrimSuffix(bytes.TrimSpace(data), []byte("~>"))))
	default:
		return nil, false
	}
	out, err := io.ReadAll(io.LimitReader(r, *f.left))
	*f.left -= int64(len(out))
	// What a damaged stream gave until it broke is read all the same.
	return out, err == nil || len(out) > 0
}
