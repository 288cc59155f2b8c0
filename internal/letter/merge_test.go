package letter

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gongkai/internal/cases"
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

// LibreOffice opens every letter and prints it, 审批表 on one sheet: where it is
// installed; every day some of them, in the proof all.
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
	names, all = append(names, "审批表（长）"), append(all, longApproval())
	whole := os.Getenv("GONGKAI_PROOF") == "1" || os.Getenv("GONGKAI_LETTERS") != ""
	var files []string
	for i, in := range all {
		if !whole && i%9 != 0 && !strings.Contains(names[i], "审批表") {
			continue // all of them take a minute
		}
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
		if pages := len(pageMark.FindAll(pdf, -1)); pages == 0 || strings.Contains(file, "审批表") && pages != 1 {
			t.Errorf("%s has %d pages", filepath.Base(file), pages)
		}
	}
}

// pageMark stands once for each page of a PDF.
var pageMark = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// longApproval is 审批表 of a case whose every text is long.
func longApproval() Input {
	s := newSample("2026")
	s.c.Content = strings.Repeat("某路改造项目历年的批复、附件和会议记录。", 200)
	s.c.Parties[0].Applicant.Name = strings.Repeat("很长的名称", 60)
	s.add("03-12", cases.SecrecyReviewed{Result: "clear"}).add("03-14", cases.Proposed{Outcome: cases.MustOutcome("partial"), Grounds: []cases.Outcome{cases.MustOutcome("withhold.third_party"), cases.MustOutcome("withhold.process_info")}, Reasons: true},
		"answer", strings.Repeat("提供批复的正文，附件中的成本资料不予提供。\n", 100))
	for i := range 4 {
		s.add("03-15", cases.Approved{Step: i + 1, Last: i == 3}, "opinion", strings.Repeat("同意承办科室意见。", 30))
	}
	return s.input("approval", "03-16")
}
