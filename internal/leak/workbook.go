package leak

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"path"
	"strconv"
	"strings"
)

// workbook looks through the sheets of an XLSX, hidden ones too: each cell with the
// head of its column.
func (c *check) workbook(place string, parts map[string][]byte) {
	shared := sharedStrings(parts["xl/sharedStrings.xml"])
	names := sheetNames(parts)
	for _, name := range sortedKeys(parts) {
		if strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") {
			c.sheet(join(place, first(names[name], "工作表"+path.Base(name))), parts[name], shared)
		}
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// sharedStrings reads the texts that cells point to.
func sharedStrings(data []byte) []string {
	var out []string
	var text strings.Builder
	d := reader(data)
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local == "si" {
				text.Reset()
			}
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			if t.Name.Local == "si" {
				out = append(out, text.String())
			}
		}
	}
}

// sheetNames says how the sheets are called and which are hidden, by their part.
func sheetNames(parts map[string][]byte) map[string]string {
	targets := map[string]string{}
	elements(parts["xl/_rels/workbook.xml.rels"], "Relationship", func(at map[string]string) {
		target := at["Target"]
		if !strings.HasPrefix(target, "/") {
			target = "xl/" + target
		}
		targets[at["Id"]] = strings.TrimPrefix(path.Clean(target), "/")
	})
	out := map[string]string{}
	elements(parts["xl/workbook.xml"], "sheet", func(at map[string]string) {
		word := "工作表“" + at["name"] + "”"
		if at["state"] != "" && at["state"] != "visible" {
			word = "隐藏的" + word
		}
		out[targets[at["id"]]] = word
	})
	return out
}

// elements gives the attributes of every element of a name.
func elements(data []byte, name string, yield func(map[string]string)) {
	d := reader(data)
	for {
		token, err := d.Token()
		if err != nil {
			return
		}
		if t, ok := token.(xml.StartElement); ok && t.Name.Local == name {
			at := map[string]string{}
			for _, a := range t.Attr {
				at[a.Name.Local] = a.Value
			}
			yield(at)
		}
	}
}

// sheet looks through the cells of a sheet, its headers and footers, and the texts
// of its checks.
func (c *check) sheet(place string, data []byte, shared []string) {
	heads := map[string]string{}
	var cell, kind string
	var row boxes
	var text strings.Builder
	d := reader(data)
	in := ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			c.unread(place, "有读不懂的地方，其后没有核对")
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if in = t.Name.Local; in == "c" {
				cell, kind = attr(t, "r"), attr(t, "t")
				text.Reset()
			}
			for _, a := range t.Attr {
				if wordy(a.Name.Local) {
					c.text(place, a.Value)
				}
			}
		case xml.CharData:
			switch in {
			case "v", "t":
				text.Write(t)
			case "f", "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter", "formula1", "formula2":
				c.text(place, string(t))
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				c.boxed(place+"第"+strings.Trim(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")+"行", row)
				row = boxes{}
			}
			if t.Name.Local == "c" {
				shows := cellText(kind, text.String(), shared)
				row.add(shows)
				if c.cell(place, cell, shows, heads); (kind == "" || kind == "n") && lostDigits(shows) {
					c.add(Finding{Identity, place + cell + "格", mask(shows), "以数字存放，末几位已丢失"})
				}
			}
			in = ""
		}
	}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cellText gives what a cell shows: a shared string, its own, or a number written
// out.
func cellText(kind, value string, shared []string) string {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && i >= 0 && i < len(shared) {
			return shared[i]
		}
		return ""
	case "", "n":
		value = strings.TrimSpace(value)
		if f, err := strconv.ParseFloat(value, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1e19 && strings.ContainsAny(value, "eE.") {
			return written(f)
		}
	}
	return value
}

// written writes a whole number as a sheet shows it: fifteen digits, then zeros.
func written(f float64) string {
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(math.Abs(f), 'e', 14, 64), "e")
	digits = strings.Replace(digits, ".", "", 1)
	n, err := strconv.Atoi(exponent)
	if err != nil || n < 0 {
		return "0"
	}
	if n+1 <= len(digits) {
		return digits[:n+1]
	}
	return digits + strings.Repeat("0", n+1-len(digits))
}

// cell looks through one cell. The last words above it in its column are its head: they tell
// a telephone from the number of a contract.
func (c *check) cell(place, ref, text string, heads map[string]string) {
	column := strings.TrimRight(ref, "0123456789")
	found := InText(text)
	head := heads[column]
	if head != "" && len(text) > 0 && strings.Trim(text, "0123456789xX +-—()（）") == "" {
		found = InText(head + "：" + text)
	} else if !strings.ContainsAny(text, "0123456789") && text != "" && len([]rune(text)) <= 20 {
		heads[column] = text
	}
	for _, f := range found {
		f.Place = fmt.Sprintf("%s%s格", place, ref)
		c.add(f)
	}
}

// lostDigits: an identity number typed as a number keeps fifteen digits; the check
// sign is gone with the others.
func lostDigits(text string) bool {
	return len(text) == 18 && strings.HasSuffix(text, "000") && strings.Trim(text, "0123456789") == "" && provinces[text[:2]] && birthday(text[6:14])
}
