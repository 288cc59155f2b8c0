package importer

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/internal/report"
)

// MaxBatch is how many reports are judged together.
const MaxBatch = 2000

// Judged is a report of a batch with its verdict.
type Judged struct {
	Published
	Verdict report.Verdict
}

// Unread is a file of a batch that could not be read, and why, in Chinese.
type Unread struct {
	Name string
	Err  error
}

// Batch reads many published reports, several at once, and judges them together.
// Of each file only what was read in it stays in memory.
type Batch struct {
	busy  chan struct{}
	wait  sync.WaitGroup
	slots []*slot
}

type slot struct {
	name string
	read Published
	err  error
}

// NewBatch gives an empty batch.
func NewBatch() *Batch { return &Batch{busy: make(chan struct{}, runtime.GOMAXPROCS(0))} }

// Add reads a file, behind the caller's back where a processor is free. It is not
// safe for several callers at once.
func (b *Batch) Add(name string, data []byte) {
	s := &slot{name: name}
	if b.slots = append(b.slots, s); len(b.slots) > MaxBatch {
		s.err = fmt.Errorf("%s：一次最多校核%d份，这一份没有读", path.Base(name), MaxBatch)
		return
	}
	b.busy <- struct{}{}
	b.wait.Go(func() {
		defer func() { <-b.busy }()
		s.read, s.err = ReadPublished(name, data)
	})
}

// Fail notes a file that could not even be opened.
func (b *Batch) Fail(name string, err error) { b.slots = append(b.slots, &slot{name: name, err: err}) }

// Len is how many files were added.
func (b *Batch) Len() int { return len(b.slots) }

// Judge waits for the reading and judges what was read, in the order in which it
// was added.
func (b *Batch) Judge() (judged []Judged, unread []Unread) {
	b.wait.Wait()
	var names []string
	var read []Published
	for _, s := range b.slots {
		if s.err != nil {
			unread = append(unread, Unread{s.name, s.err})
			continue
		}
		names, read = append(names, s.name), append(read, s.read)
	}
	for i, v := range Judge(names, read) {
		judged = append(judged, Judged{read[i], v})
	}
	return judged, unread
}

// readable are the endings of files that may be reports; others in a folder are
// pictures and scripts. Those of the second row can't be read, and are named.
var readable = []string{".html", ".htm", ".shtml", ".xhtml", ".xlsx", ".xlsm", ".docx", ".json", ".txt", ".csv",
	".pdf", ".doc", ".xls", ".wps", ".et"}

// MayBeReport tells by its path whether a file of a folder is worth reading: the
// ending fits, and it does not belong to a saved web page or is hidden.
func MayBeReport(name string) bool {
	parts := strings.Split(strings.ReplaceAll(name, `\`, "/"), "/")
	for i, p := range parts {
		last := i == len(parts)-1
		if strings.HasPrefix(p, ".") && p != "." && p != ".." || strings.HasPrefix(p, "~$") || p == "__MACOSX" ||
			!last && (strings.HasSuffix(p, "_files") || strings.HasSuffix(p, ".files")) {
			return false
		}
	}
	return slices.Contains(readable, strings.ToLower(path.Ext(name)))
}

// IsArchive reports whether a file is a ZIP with files in it, not a workbook or a
// document.
func IsArchive(data []byte) bool {
	if Sniff(data) != FormatXLSX {
		return false
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(z.File, func(f *zip.File) bool {
		return f.Name == "word/document.xml" || f.Name == "xl/workbook.xml" || f.Name == "[Content_Types].xml"
	})
}

// AddArchive adds what may be a report of a ZIP's files. What it unpacks to is
// bounded.
func (b *Batch) AddArchive(name string, data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("%s：压缩包已损坏，无法打开；请重新压缩后再校核", name)
	}
	left := int64(maxPublishedUnzip)
	for _, f := range z.File {
		inner := entryName(f)
		if f.FileInfo().IsDir() || !MayBeReport(inner) {
			continue
		}
		if b.Len() >= MaxBatch {
			return fmt.Errorf("%s：一次最多校核%d份，其余的没有读；请分几次校核", name, MaxBatch)
		}
		content, err := unpack(f, min(left, MaxPublishedBytes+1))
		if err != nil {
			b.Fail(inner, fmt.Errorf("%s：%w", path.Base(inner), err))
			continue
		}
		if left -= int64(len(content)); left <= 0 {
			return fmt.Errorf("%s：解压后超过%dMB，其余的没有读；请分几次校核", name, maxPublishedUnzip>>20)
		}
		b.Add(inner, content)
	}
	return nil
}

var errPacked = errors.New("压缩包中的这个文件已损坏或加了密码")

func unpack(f *zip.File, most int64) ([]byte, error) {
	r, err := f.Open()
	if err != nil || f.Flags&1 != 0 {
		return nil, errPacked
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most))
	if err != nil {
		return nil, errPacked
	}
	return data, nil
}

// entryName gives an entry's name: Windows packs Chinese names in GBK.
func entryName(f *zip.File) string {
	if !f.NonUTF8 && utf8.ValidString(f.Name) {
		return f.Name
	}
	if name, err := simplifiedchinese.GB18030.NewDecoder().String(f.Name); err == nil && !utf8.ValidString(f.Name) {
		return name
	}
	return strings.ToValidUTF8(f.Name, "?")
}
