package leak

import (
	"math/rand/v2"
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
