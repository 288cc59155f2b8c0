package importer_test

import (
	"archive/zip"
	"bytes"
	"testing"
	"time"

	"gongkai/internal/importer"
	"gongkai/internal/report"
)

// soundly reads whatever bytes came: no crash, no endless time, and a table that
// was read is whole.
func soundly(t *testing.T, name string, data []byte) {
	t.Helper()
	start := time.Now()
	read, err := importer.ReadPublished(name, data)
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%d bytes took %s", len(data), took)
	}
	if err != nil {
		return
	}
	v := read.Verdict(name)
	if v.Failures == nil || len(read.Table.Results) != len(read.Table.Format.ResultRows()) {
		t.Errorf("half a table: %+v", read.Table)
	}
	report.CompareGrowth(read.Table, read.Table, read.Prose)
}

func seeds(f *testing.F, from, to int) [][]byte {
	var out [][]byte
	good := goodReports(f)[1]
	for _, p := range printers()[from:to] {
		out = append(out, p.make(f, paperOf(good, proseOf(good))))
	}
	return out
}

func FuzzPublishedHTML(f *testing.F) {
	for _, s := range seeds(f, 0, 4) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { soundly(t, "a.html", data) })
}

func FuzzPublishedText(f *testing.F) {
	for _, s := range seeds(f, 7, 10) {
		f.Add(string(s))
	}
	f.Fuzz(func(t *testing.T, text string) {
		soundly(t, "a.txt", []byte(text))
		soundly(t, "a.csv", []byte(text))
	})
}

func FuzzPublishedXLSX(f *testing.F) {
	for _, s := range seeds(f, 4, 6) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) { soundly(t, "a.xlsx", data) })
}

// FuzzPublishedDOCX changes the markup inside the document, where a reader works;
// the ZIP around it is made anew.
func FuzzPublishedDOCX(f *testing.F) {
	for _, s := range seeds(f, 6, 7) {
		z, err := zip.NewReader(bytes.NewReader(s), int64(len(s)))
		if err != nil {
			f.Fatal(err)
		}
		r, err := z.Open("word/document.xml")
		if err != nil {
			f.Fatal(err)
		}
		var b bytes.Buffer
		b.ReadFrom(r)
		f.Add(b.Bytes())
	}
	f.Add([]byte(`<w><tbl><tr><gridBefore val="99999999"/><tc><gridSpan val="-5"/><vMerge/></tc></tr></tbl></w>`))
	f.Add([]byte(`<w><tc><tr/></tc></tbl><tr></tr></w>`))
	f.Fuzz(func(t *testing.T, markup []byte) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, err := z.Create("word/document.xml")
		if err != nil {
			t.Fatal(err)
		}
		w.Write(markup)
		z.Close()
		soundly(t, "a.docx", b.Bytes())
	})
}

// FuzzCompareText: no prose takes forever, or says something about itself.
func FuzzCompareText(f *testing.F) {
	good := goodReports(f)[0]
	for _, s := range proseOf(good) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, prose string) {
		for _, w := range report.CompareText(good, prose) {
			if w.Identity != "text" || w.Message == "" {
				t.Errorf("%+v", w)
			}
		}
	})
}
