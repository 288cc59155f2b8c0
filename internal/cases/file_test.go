package cases

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func packed(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFileType(t *testing.T) {
	docx := packed(t, "[Content_Types].xml", "word/document.xml")
	for _, x := range []struct {
		name    string
		content []byte
		mime    string
	}{
		{"申请书.pdf", []byte("%PDF-1.7 ..."), "application/pdf"}, {"信封.JPG", []byte("\xff\xd8\xff\xe0"), "image/jpeg"}, {"a.png", []byte("\x89PNG\r\n\x1a\n"), "image/png"},
		{"审批表.docx", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, {"a.ofd", packed(t, "OFD.xml", "Doc_0/Document.xml"), "application/ofd"},
		{"a.xlsx", packed(t, "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, {"a.tif", []byte("II*\x00"), "image/tiff"},
		{"a.pdf", docx, ""}, {"a.jpg", []byte("%PDF-1.7"), ""}, {"a.docx", packed(t, "word/document.xml", "word/vbaProject.bin"), ""}, {"a.zip", packed(t, "a.txt"), ""},
		{"a.html", []byte("<html><script>"), ""}, {"a.svg", []byte("<svg onload=1>"), ""}, {"a.exe", []byte("MZ\x90"), ""}, {"a.pdf", nil, ""}, {"a.pdf.exe", []byte("%PDF-1.7"), ""},
	} {
		mime, err := FileType(x.name, x.content)
		if mime != x.mime || (err == nil) != (x.mime != "") || err != nil && !strings.Contains(err.Error(), "请换成 PDF") {
			t.Errorf("%s: %q %v", x.name, mime, err)
		}
	}
}

func TestFileName(t *testing.T) {
	for typed, want := range map[string]string{`C:\扫描\申请书.pdf`: "申请书.pdf", "../../etc/passwd": "passwd", "a\u202efdp.exe\x00": "afdp.exe", "": "未命名", "..": "..", " x.pdf ": "x.pdf"} {
		if got := FileName(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
	if got := FileName("扫描." + strings.Repeat("长", 250)); utf8.RuneCountInString(got) != 200 {
		t.Errorf("a long ending: %d characters", utf8.RuneCountInString(got))
	}
	if got := FileName(strings.Repeat("很", 300) + ".pdf"); utf8.RuneCountInString(got) != 200 || !strings.HasSuffix(got, ".pdf") {
		t.Errorf("a long name: %d characters, %q", utf8.RuneCountInString(got), got[len(got)-8:])
	}
}
