package leak

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gongkai/internal/testkit"
	"gongkai/internal/testkit/planted"
)

// Of documents with a planted number at least 99.5 % are stopped, of clean ones full
// of numbers that look like one at most 2 %, whatever the seed.
func TestPlantedDocuments(t *testing.T) {
	for _, seed := range []uint64{1, 20190515, 987654321} {
		missed, kinds := 0, 0
		for _, d := range planted.Make(seed, testkit.PlantedDocuments, true) {
			found := Check(d.MIME, d.Content).Findings
			if len(found) == 0 {
				if missed++; missed < 8 {
					t.Logf("seed %d: missed %s in %s: %q", seed, d.Kind, d.Name, d.Phrase)
				}
				continue
			}
			right := false
			for _, f := range found {
				right = right || f.Kind.Code() == d.Kind
			}
			if !right {
				if kinds++; kinds < 4 {
					t.Logf("seed %d: %s taken for %v: %q", seed, d.Kind, found, d.Phrase)
				}
			}
		}
		alarms := 0
		for _, d := range planted.Make(seed, testkit.PlantedDocuments, false) {
			if found := Check(d.MIME, d.Content).Findings; len(found) > 0 {
				if alarms++; alarms < 8 {
					t.Logf("seed %d: false alarm in %s: %v", seed, d.Name, found)
				}
			}
		}
		t.Logf("seed %d: of %d planted missed %d, of another kind %d; of %d clean stopped %d", seed, testkit.PlantedDocuments, missed, kinds, testkit.PlantedDocuments, alarms)
		if missed*1000 > 5*testkit.PlantedDocuments {
			t.Errorf("seed %d: %d of %d missed", seed, missed, testkit.PlantedDocuments)
		}
		if alarms*100 > 2*testkit.PlantedDocuments {
			t.Errorf("seed %d: %d of %d clean ones stopped", seed, alarms, testkit.PlantedDocuments)
		}
	}
}

// Whatever is damaged in a file, the check says what it can and never breaks off.
func TestDamagedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for i, d := range planted.Make(11, 400, true) {
		content := d.Content
		for range 1 + i%20 {
			content[random.IntN(len(content))] = byte(random.IntN(256))
		}
		if i%5 == 0 {
			content = content[:random.IntN(len(content))]
		}
		Check(d.MIME, content)
	}
}

// What people write is found, and where; what only looks like it is left.
func TestInText(t *testing.T) {
	for _, x := range []struct {
		text, want string // kinds, in order
	}{
		{"身份证号11010519491231002X，手机139 0000 1111", "identity mobile"},
		{"１１０１０５１９４９１２３１００２Ｘ", "identity"},
		{"一三九〇〇〇〇一一一一", "mobile"},
		{"1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "identity"},
		{"110105194912310021", ""},
		{"身份证号：110105491231002", "identity"},
		{"110105491231002", ""},
		{"13900001111/13800002222、0591-87654321", "mobile mobile landline"},
		{"电话87654321，邮编350001", "landline"},
		{"总额87654321元", ""},
		{"卡号4111 1111 1111 1111", "bank_card"},
		{"4111 1111 1111 1111", ""},
		{"6222020000000000000", "bank_card"},
		{"合同编号6222020000000000000", ""},
		{"榕政〔2019〕3号，联系人13812345678", "mobile"},
		{"编号A-1，13812345678", "mobile"},
		{"第13812345678号", ""},
		{"2024-138-12345678", ""},
		{"12345热线、110、119、400-800-1234", ""},
		{"2019 2020 2021 2022 2023", ""},
	} {
		got := ""
		for i, f := range InText(x.text) {
			if i > 0 {
				got += " "
			}
			got += f.Kind.Code()
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", x.text, got, x.want)
		}
	}
	f := InText("手机：13900001111")[0]
	if f.Masked != "139****1111" || f.Around != "手机：" {
		t.Errorf("%+v", f)
	}
}

// Of what can't be read the report says so.
func TestUnread(t *testing.T) {
	for _, x := range []struct{ mime, content string }{{"image/png", "\x89PNG"}, {mimePDF, "%PDF-1.7"}, {mimePDF, "%PDF-1.7 trailer <</Encrypt 1 0 R>>"}, {mimeDOCX, "PK"}, {"application/ofd", "PK"}} {
		if r := Check(x.mime, []byte(x.content)); r.Clean() || len(r.Unread) == 0 {
			t.Errorf("%s %q: %+v", x.mime, x.content, r)
		}
	}
}

// pack makes an office document of its parts.
func pack(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Numbers are found where office programs put them: in comments cut into runs, in
// boxes of one sign, as numbers that have lost their digits, in attributes and
// charts; pictures are named.
func TestPlacesOfNumbers(t *testing.T) {
	cells, tds := "", ""
	for i, sign := range "11010519491231002X" {
		cells += fmt.Sprintf(`<c r="%c3" t="inlineStr"><is><t>%c</t></is></c>`, 'A'+i, sign)
		tds += fmt.Sprintf("<w:tc><w:p><w:r><w:t>%c</w:t></w:r></w:p></w:tc>", sign)
	}
	book := `<workbook><sheets><sheet name="一" sheetId="1" id="r1"/></sheets></workbook>`
	for _, x := range []struct {
		name, mime string
		parts      map[string]string
		place      string
	}{
		{"表格里一格一字", mimeDOCX, map[string]string{"word/document.xml": "<w:document><w:tbl><w:tr>" + tds + "</w:tr></w:tbl></w:document>"}, "正文第18段前的表格"},
		{"单元格一格一字", mimeXLSX, map[string]string{"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="3">` + cells + "</row></sheetData></worksheet>"}, "第3行"},
		{"批注分段", mimeXLSX, map[string]string{"xl/workbook.xml": book, "xl/comments1.xml": "<comments><comment><text><r><rPr><sz/></rPr><t>手机139</t></r><r><rPr><sz/></rPr><t>00001111</t></r></text></comment></comments>"}, "批注"},
		{"数字丢位", mimeXLSX, map[string]string{"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="B1"><v>3.50102199001011E+17</v></c></row></sheetData></worksheet>`}, "B1格"},
		{"图片说明", mimeDOCX, map[string]string{"word/document.xml": `<w:document><wp:docPr descr="联系人13900001111"/></w:document>`}, "正文"},
		{"图表缓存", mimeDOCX, map[string]string{"word/charts/chart1.xml": "<c:chart><c:pt><c:v>13900001111</c:v></c:pt><c:pt><c:v>13900002222</c:v></c:pt></c:chart>"}, "图表"},
		{"OFD", "application/ofd", map[string]string{"Doc_0/Pages/Page_0/Content.xml": "<ofd:Page><ofd:TextObject><ofd:TextCode>电话139</ofd:TextCode><ofd:TextCode>00001111</ofd:TextCode></ofd:TextObject></ofd:Page>"}, "页面文字"},
	} {
		r := Check(x.mime, pack(t, x.parts))
		if len(r.Findings) == 0 || !strings.Contains(r.Findings[0].Place, x.place) {
			t.Errorf("%s: %+v", x.name, r)
		}
	}
	if r := Check(mimeDOCX, pack(t, map[string]string{"word/document.xml": "<w:document/>", "word/media/image1.png": "x"})); len(r.Unread) != 1 || !strings.Contains(r.Unread[0], "1张图片") {
		t.Errorf("a picture: %+v", r)
	}
}
