package leak

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of one check: what lies beyond is named as unread.
const (
	mostText     = 64 << 20 // bytes of text, unpacked
	mostFindings = 500
	mostDepth    = 4 // files inside files
)

// Report is what a check found in a file.
type Report struct {
	Findings []Finding
	Unread   []string // what was not looked at, and why, in sentences
}

// Clean reports whether everything was read and nothing found.
func (r Report) Clean() bool { return len(r.Findings) == 0 && len(r.Unread) == 0 }

// Check looks through a file by its media type. It never fails: what it can't read
// it says.
func Check(mime string, content []byte) Report {
	c := &check{left: mostText, seen: map[string]bool{}}
	c.file("", mime, content, 0)
	return c.report
}

type check struct {
	report Report
	left   int64 // bytes that may still be unpacked
	seen   map[string]bool
}

const (
	mimeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	mimeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	mimePDF  = "application/pdf"
)

// file looks through a file that stands in a place, "" for the file itself.
func (c *check) file(place, mime string, content []byte, depth int) {
	if depth > mostDepth {
		c.unread(place, "里面的文件套得太深，没有核对")
		return
	}
	switch {
	case mime == mimeDOCX, mime == mimeXLSX, mime == "application/ofd":
		c.packed(place, content, depth)
	case mime == mimePDF:
		c.pdf(place, content)
	case strings.HasPrefix(mime, "text/"):
		c.lines(place, string(content))
	case strings.HasPrefix(mime, "image/"):
		c.unread(place, "是图片，图里的文字没有核对，请人工查看")
	default:
		c.unread(place, "这种格式读不出文字，请人工查看")
	}
}

// guess looks through a file inside another one, whose type nobody has judged.
func (c *check) guess(place string, content []byte, depth int) {
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		c.packed(place, content, depth)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		c.pdf(place, content)
	case utf8.Valid(content) && !bytes.ContainsRune(content, 0):
		c.lines(place, string(content))
	default:
		c.unread(place, "是嵌入的文件，读不出文字，请人工查看")
	}
}

// lines looks through plain text, line by line; a number may be broken over two.
func (c *check) lines(place, text string) {
	line := 1
	for len(text) > 0 {
		part := text
		if len(part) > 1<<16 {
			cut := strings.LastIndexByte(part[:1<<16], '\n')
			if cut <= 0 {
				cut = 1 << 16
			}
			part = part[:cut]
		}
		for _, f := range InText(part) {
			f.Place = join(place, fmt.Sprintf("第%d行起", line))
			c.add(f)
		}
		line += strings.Count(part, "\n")
		text = text[len(part):]
	}
}

// text looks through a text that stands whole in one place.
func (c *check) text(place, text string) { c.all(place, InText(text)) }

func (c *check) all(place string, found []Finding) {
	for _, f := range found {
		f.Place = place
		c.add(f)
	}
}

func (c *check) add(f Finding) {
	if len(c.report.Findings) == mostFindings {
		c.unread("", fmt.Sprintf("疑似个人信息超过%d处，其余没有列出", mostFindings))
		return
	}
	if len(c.report.Findings) < mostFindings {
		c.report.Findings = append(c.report.Findings, f)
	}
}

func (c *check) unread(place, why string) {
	if sentence := join(place, why); !c.seen[sentence] {
		c.seen[sentence] = true
		c.report.Unread = append(c.report.Unread, sentence)
	}
}

func join(place, what string) string {
	if place == "" {
		return what
	}
	return place + "，" + what
}
