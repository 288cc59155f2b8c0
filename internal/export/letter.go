package export

import (
	"fmt"
	"io"
	"strings"
)

// Letter is a short official letter: title, addressee, paragraphs, who and when.
type Letter struct {
	Title, To string
	Text      []string
	From, On  string
}

// WriteLetters writes letters as one word-processor file, each on a page of its own.
func WriteLetters(w io.Writer, letters []Letter) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + docxSpace + docxDraws + `><w:body>`)
	for i, l := range letters {
		if i > 0 {
			b.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
		}
		docxParagraph(&b, "Title", l.Title, false)
		fmt.Fprintf(&b, `<w:p><w:pPr><w:pStyle w:val="Normal"/><w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr><w:r><w:t>%s：</w:t></w:r></w:p>`, escaped(l.To))
		for _, t := range l.Text {
			docxParagraph(&b, "Normal", t, false)
		}
		for _, t := range []string{"", l.From, l.On} {
			fmt.Fprintf(&b, `<w:p><w:pPr><w:pStyle w:val="Normal"/><w:jc w:val="right"/></w:pPr><w:r><w:t>%s</w:t></w:r></w:p>`, escaped(t))
		}
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="foot"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	if err := writeDocx(w, b.String(), nil); err != nil {
		return fmt.Errorf("writing letters: %w", err)
	}
	return nil
}
