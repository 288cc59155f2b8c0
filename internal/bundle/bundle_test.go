package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
	"gongkai/internal/testkit"
)

// dossier is a case with a consultation, a search, an answer by post, and papers.
func dossier(t *testing.T) Dossier {
	t.Helper()
	on := calendar.MustParse
	s := cases.Stamp{At: 1750000000000000, By: "user:1", Today: on("2025-07-10"), Book: calendar.Builtin()}
	r := cases.Received{ApplicantKind: cases.Natural, Way: "mail"}
	if err := r.Channel.UnmarshalText([]byte("in_person")); err != nil {
		t.Fatal(err)
	}
	c, err := cases.Open(1, s, on("2025-06-03"), r, "某路改造的<批复>", []cases.Party{{Role: "applicant", Applicant: cases.Applicant{Kind: cases.Natural, Name: "陈小明", Phone: "13900000001"}}})
	if err != nil {
		t.Fatal(err)
	}
	c.Number = "2025-0007"
	ref, err := c.Consult(s, on("2025-06-05"), "third_party", 0)
	if err == nil {
		c.Note("party", "某公司")
		err = errors.Join(c.ConsultServed(s, on("2025-06-06"), ref), c.ConsultReplied(s, on("2025-06-10"), ref, "refuse"), c.DecideRelease(s, on("2025-06-11"), ref), c.Search(s, on("2025-06-11")))
	}
	if err == nil {
		c.Note("search", "查阅2019年至2024年全部卷宗")
		err = c.Answer(s, on("2025-06-30"), cases.Answered{Outcome: cases.MustOutcome("disclose.provided")}, cases.Evidence{Reasons: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return Dossier{Head: Head{Kind: "evidence", Agency: "示例市规划局", AgencyCode: "gh", Number: c.Number, MadeAt: "2025-07-10 12:00:00", Purpose: "行政诉讼"},
		Agency: "示例市规划局", Day: s.Today, By: "林某", Case: c, Clock: c.Clock(s.Book, s.Today), Names: map[string]string{"user:1": "林某"},
		Papers: []Paper{{Kind: "申请书", Name: "申请.pdf", Ending: ".pdf", Pages: 3, Content: fixed("%PDF-1.7 /Type /Page ")},
			{Kind: "信封", Name: "信封.jpg", Ending: ".JPG", Pages: 1, Withdrawn: "贴错了", Content: fixed(strings.Repeat("图", 4000))}},
		Services: []Service{serviceLines(cases.Service{Way: cases.ByMail, Carrier: "ems", Number: "EY1", Posted: on("2025-06-30")})}}
}

func fixed(text string) func() ([]byte, error) {
	return func() ([]byte, error) { return []byte(text), nil }
}

func packed(t *testing.T, key *secret.Key) []byte {
	t.Helper()
	d := dossier(t)
	entries, err := d.Entries()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Pack(&b, key, d.Head, entries); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func judged(t *testing.T, data []byte, key string) Verdict {
	t.Helper()
	v, err := Check(bytes.NewReader(data), int64(len(data)), 1<<30, key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// contents unpacks a bundle, in its order.
func contents(t *testing.T, data []byte) (names []string, files map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	return names, files
}

// repacked packs files again as another tool would.
func repacked(t *testing.T, names []string, files map[string][]byte, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = w.Write(files[name])
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

// A whole bundle says who signed it, as it was made and packed again with another
// compression in another order; another fingerprint than the wanted is a finding.
func TestWholeBundle(t *testing.T) {
	key := secret.New()
	data := packed(t, key)
	names, files := contents(t, data)
	for _, name := range []string{"index.html", "application.html", "history.html", "clock.html", "consultations.html", "search.html", "services.html", "papers/001.pdf", "papers/002.jpg", "record.json", "manifest.json", "manifest.sig"} {
		if files[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	turned := slices.Clone(names)
	slices.Reverse(turned)
	withFolder := append([]string{"papers/"}, names...)
	for what, packing := range map[string][]byte{"as made": data, "deflated": repacked(t, names, files, zip.Deflate), "stored": repacked(t, names, files, zip.Store),
		"turned round": repacked(t, turned, files, zip.Deflate), "with a folder": repacked(t, withFolder, files, zip.Deflate)} {
		v := judged(t, packing, "")
		if !v.Whole || v.Fingerprint != key.Fingerprint() || v.Number != "2025-0007" {
			t.Errorf("%s: %+v", what, v)
		}
		if v := judged(t, packing, strings.ToUpper(strings.ReplaceAll(key.Fingerprint(), "-", " "))); !v.Whole {
			t.Errorf("%s: its own fingerprint: %+v", what, v)
		}
		if v := judged(t, packing, secret.New().Fingerprint()); v.Whole || !strings.Contains(v.Problems[0], "签名的系统") {
			t.Errorf("%s: another fingerprint: %+v", what, v)
		}
	}
	index := string(files["index.html"])
	for _, want := range []string{"陈小明", "papers/001.pdf", "1—3", "4—4", "贴错了", "行政诉讼"} {
		if !strings.Contains(index, want) {
			t.Errorf("the index lacks %s", want)
		}
	}
	if s := string(files["application.html"]); !strings.Contains(s, "&lt;批复&gt;") || !strings.Contains(s, "13900000001") {
		t.Error("the application is not as entered")
	}
	for name, want := range map[string]string{"history.html": "林某", "clock.html": "2025", "consultations.html": "不同意公开", "search.html": "全部卷宗", "services.html": "EY1"} {
		if !strings.Contains(string(files[name]), want) {
			t.Errorf("%s lacks %s", name, want)
		}
	}
}

// Each single byte changed is found: in the file as it was made, wherever it lies,
// and in what an entry holds, packed again.
func TestEveryByteCounts(t *testing.T) {
	data := packed(t, secret.New())
	random := rand.New(rand.NewPCG(5, 6))
	names, files := contents(t, data)
	for i := range testkit.BundleChanges {
		other := byte(1 + random.IntN(255))
		changed, what := slices.Clone(data), ""
		if i%2 == 0 {
			at := random.IntN(len(data))
			if i < 600 { // the container is a small part of the file, and the harder one
				at = len(data) - 1 - random.IntN(2500)
			}
			changed[at] ^= other
			what = fmt.Sprintf("byte %d of %d", at, len(data))
		} else {
			name := names[random.IntN(len(names))]
			at := random.IntN(len(files[name]))
			files[name][at] ^= other
			changed, what = repacked(t, names, files, zip.Deflate), fmt.Sprintf("byte %d of %s", at, name)
			files[name][at] ^= other
		}
		v, err := Check(bytes.NewReader(changed), int64(len(changed)), 1<<30, "")
		if err != nil || v.Whole || len(v.Problems) == 0 {
			t.Fatalf("%s changed: %+v %v", what, v, err)
		}
	}
}

// What somebody does to the container, or signs anew, is named.
func TestTampering(t *testing.T) {
	key := secret.New()
	data := packed(t, key)
	names, files := contents(t, data)
	without := func(name string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
	}
	commented := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range names {
			w, _ := z.Create(name)
			_, _ = w.Write(files[name])
		}
		_ = z.SetComment("以本注释为准")
		_ = z.Close()
		return b.Bytes()
	}
	files["extra.html"] = []byte("x")
	renamed := map[string][]byte{}
	for n, f := range files {
		renamed[strings.Replace(n, "papers/001.pdf", "papers/009.pdf", 1)] = f
	}
	for _, x := range []struct {
		name string
		data []byte
		want string
	}{
		{"少一份材料", repacked(t, without("papers/001.pdf"), files, zip.Deflate), "缺少“申请书"},
		{"少清单", repacked(t, without("manifest.json"), files, zip.Deflate), "manifest.json 缺失"},
		{"少签名", repacked(t, without("manifest.sig"), files, zip.Deflate), "manifest.sig 缺失"},
		{"多一份材料", repacked(t, append(slices.Clone(names), "extra.html"), files, zip.Deflate), "不在清单里"},
		{"同名两份", repacked(t, append(slices.Clone(names), "papers/001.pdf"), files, zip.Deflate), "有两份"},
		{"改名", repacked(t, slices.Collect(func(yield func(string) bool) {
			for _, n := range names {
				if !yield(strings.Replace(n, "papers/001.pdf", "papers/009.pdf", 1)) {
					return
				}
			}
		}), renamed, zip.Deflate), "缺少“申请书"},
		{"加注释", commented(), "注释"},
		{"末尾多出数据", append(slices.Clone(data), "尾巴"...), ""},
		{"前面多出数据", append([]byte("MZ 自解压"), data...), ""},
		{"截断", data[:len(data)/2], "损坏"},
		{"空的ZIP", []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), "manifest.json 缺失"},
		{"另一个系统重新签名", packed(t, secret.New()), "签名的系统"},
	} {
		v, err := Check(bytes.NewReader(x.data), int64(len(x.data)), 1<<30, key.Fingerprint())
		if err != nil || v.Whole || !strings.Contains(strings.Join(v.Problems, "\n"), x.want) {
			t.Errorf("%s: %+v %v", x.name, v, err)
		}
	}
	for _, no := range []string{"", "PDF", "%PDF-1.7 not a zip", strings.Repeat("a", 100)} {
		if _, err := Check(strings.NewReader(no), int64(len(no)), 1<<30, ""); !errors.Is(err, ErrNoZIP) {
			t.Errorf("%q: %v", no, err)
		}
	}
	if v, err := Check(bytes.NewReader(data), int64(len(data)), 2000, ""); err != nil || v.Whole || !strings.Contains(strings.Join(v.Problems, ""), "太大") {
		t.Errorf("more than may be unpacked: %+v %v", v, err)
	}
}

// Pages of papers are counted where the file tells.
func TestPagesOf(t *testing.T) {
	tiff := "II*\x00\x08\x00\x00\x00" + "\x00\x00\x0e\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00"
	for _, x := range []struct {
		mime, data string
		want       int
	}{{"application/pdf", "<</Type/Pages/Kids[1 0 R]/Count 12>>", 12}, {"application/pdf", "<</Type /Page >> <</Type/Page/X 1>>", 2}, {"image/png", "", 1},
		{"image/tiff", tiff, 2}, {"image/tiff", "II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00", 0}, {"image/tiff", "II", 0}, {"application/ofd", "", 0}} {
		if got := pagesOf(x.mime, []byte(x.data)); got != x.want {
			t.Errorf("%s: %d, want %d", x.mime, got, x.want)
		}
	}
}
