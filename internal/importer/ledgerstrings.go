package importer

import (
	"encoding/xml"
	"io"
	"strings"
)

// readStrings reads the table of shared strings; phonetic guides are left out.
func (b *book) readStrings(name string) error {
	rc, err := b.open(name)
	if err != nil || rc == nil {
		return err
	}
	defer rc.Close()
	held := 0
	d := xml.NewDecoder(rc)
	var text strings.Builder
	inText, phonetic := false, 0
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return errNotBook
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				text.Reset()
			case "rPh":
				phonetic++
			case "t":
				inText = phonetic == 0
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "si":
				b.strings = append(b.strings, unescape(text.String()))
				if held += text.Len() + stringHeader; held > maxStrings {
					return errUnzipped
				}
			case "rPh":
				phonetic--
			case "t":
				inText = false
			}
		case xml.CharData:
			if inText {
				text.Write(t)
			}
		}
	}
}

// maxStrings bounds what is held of a workbook while it is streamed.
const (
	maxStrings   = 256 << 20
	stringHeader = 16
)
