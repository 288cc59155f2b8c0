package letter

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/internal/testkit"
)

// readDOCX gives the parts of a .docx.
func readDOCX(t testing.TB, docx []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(data)
	}
	return out
}

// docxOf packs a document with the given body, and further parts.
func docxOf(t testing.TB, body string, more ...[2]string) []byte {
	t.Helper()
	parts := [][2]string{{"[Content_Types].xml", contentTypes()}, {"_rels/.rels", rootRels}, {"word/_rels/document.xml.rels", documentRels},
		{"word/styles.xml", styles()},
		{"word/document.xml", xmlHead + `<w:document ` + spaces + ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"><w:body>` + body + `</w:body></w:document>`}}
	docx, err := pack(append(parts, more...))
	if err != nil {
		t.Fatal(err)
	}
	return docx
}

// Every built-in template is accepted, filled from a case for every law, and says
// what the letter says; what LibreOffice makes of it can be looked at.
func TestBuiltInTemplates(t *testing.T) {
	for _, e := range eras() {
		names, all := samples(e.year)
		for i, in := range all {
			t.Run(e.year+" "+names[i], func(t *testing.T) {
				c := Compose(in)
				template := BuiltIn(in.Kind)
				if found := CheckTemplate(template, in.Kind); len(found) > 0 {
					t.Fatalf("the template is refused: %v", found)
				}
				docx, err := Merge(template, FieldsOf(c.Letter, in))
				if err != nil {
					t.Fatal(err)
				}
				wrong, err := Final(c.Letter, c.Musts, docx, Quoted(in.Case))
				if err != nil {
					t.Fatal(err)
				}
				if lacks := c.Letter.Missing(c.Musts); len(lacks) != len(wrong) {
					t.Errorf("the file lacks %v, the letter %v", wrong, lacks)
				}
			})
		}
	}
}

// The layout keeps to GB/T 9704-2012: paper, margins, fonts by their exact names,
// sizes, grid, numbers of pages outside.
func TestLayout(t *testing.T) {
	kind, err := ParseKind("answer_reply")
	if err != nil {
		t.Fatal(err)
	}
	parts := readDOCX(t, BuiltIn(kind))
	for part, wants := range map[string][]string{
		"word/document.xml": {`w:w="11906" w:h="16838"`, `w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"`, `w:linePitch="579"`, `<w:titlePg/>`, `w:color w:val="C7000B"`},
		"word/styles.xml":   {`w:eastAsia="方正小标宋简体"`, `w:eastAsia="仿宋_GB2312"`, `w:eastAsia="楷体_GB2312"`, `w:eastAsia="黑体"`, `<w:sz w:val="44"/>`, `<w:sz w:val="32"/>`, `w:firstLineChars="200"`},
		"word/footer1.xml":  {`<w:jc w:val="right"/>`, "— ", " PAGE ", `<w:sz w:val="28"/>`},
		"word/footer2.xml":  {`<w:jc w:val="left"/>`},
		"word/settings.xml": {`<w:evenAndOddHeaders/>`},
	} {
		for _, want := range wants {
			if !strings.Contains(parts[part], want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	if again := BuiltIn(kind); !bytes.Equal(again, BuiltIn(kind)) {
		t.Error("not the same file twice")
	}
}

// LibreOffice opens every letter and prints it: one test where it is installed.
func TestLibreOfficeOpensEveryLetter(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		testkit.Skip(t, "LibreOffice (soffice) is not installed")
	}
	dir := t.TempDir()
	if keep := os.Getenv("GONGKAI_LETTERS"); keep != "" { // to be looked at
		dir = keep
	}
	names, all := samples("2026")
	var files []string
	for i, in := range all {
		docx, err := Merge(BuiltIn(in.Kind), FieldsOf(Compose(in).Letter, in))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, strings.NewReplacer("：", "-", "/", "-").Replace(names[i])+".docx")
		if err := os.WriteFile(file, docx, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	cmd := exec.Command(soffice, append([]string{"-env:UserInstallation=file://" + filepath.Join(t.TempDir(), "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir}, files...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range files {
		pdf, err := os.ReadFile(strings.TrimSuffix(file, ".docx") + ".pdf")
		if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
}
