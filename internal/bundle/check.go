package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"gongkai/internal/secret"
)

// ErrNoZIP: the file is no ZIP at all, not even a damaged one.
var ErrNoZIP = errors.New("这不是ZIP文件；请选择本系统导出的举证材料或归档数据包（.zip）")

// Limits of a check, so that a file made to do harm does none.
const (
	mostManifest = 32 << 20
	mostListed   = 20 // problems of one kind that a verdict names
)

// Verdict is what Check found.
type Verdict struct {
	Head
	Whole    bool
	Problems []string // what is altered, in sentences
	// Fingerprint is of the key that signed the manifest; "" if no signature holds.
	Fingerprint string
	Entries     int // that the manifest lists
}

// Check judges a package of Pack. Every byte of every entry counts; how it is
// compressed and in which order does not. wanted is the fingerprint that must have
// signed it, "" for any. most bounds the bytes that are unpacked in all.
func Check(file io.ReaderAt, size, most int64, wanted string) (Verdict, error) {
	z, err := zip.NewReader(file, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if !likeZIP(file, size) {
			return Verdict{}, ErrNoZIP
		}
		return Verdict{Problems: []string{"压缩包已损坏，打不开：文件不完整，或被改动过。"}}, nil
	}
	c := checker{file: file, size: size, left: most, entries: map[string]*zip.File{}}
	c.names(z)
	c.manifest(wanted)
	if c.read {
		c.contents()
	}
	c.packing(z)
	c.verdict.Whole = len(c.verdict.Problems) == 0
	return c.verdict, nil
}

// likeZIP reports whether a file that can't be opened was a ZIP once: it begins
// or ends like one.
func likeZIP(file io.ReaderAt, size int64) bool {
	head := make([]byte, 4)
	if n, _ := file.ReadAt(head, 0); n == 4 && bytes.HasPrefix(head, []byte("PK")) {
		return true
	}
	tail := make([]byte, min(size, 1<<16+endSize))
	n, _ := file.ReadAt(tail, size-int64(len(tail))) // a short read is judged by what came
	return bytes.Contains(tail[:n], []byte("PK\x05\x06")) || bytes.Contains(tail[:n], []byte("PK\x01\x02"))
}

type checker struct {
	verdict Verdict
	file    io.ReaderAt
	size    int64
	left    int64 // bytes that may still be unpacked
	entries map[string]*zip.File
	list    manifest
	read    bool // the manifest could be read
	told    map[string]int
}

// found adds a problem; of many of one kind the first are named and the rest
// counted by nobody: the package is altered all the same.
func (c *checker) found(kind, format string, args ...any) {
	if c.told == nil {
		c.told = map[string]int{}
	}
	if c.told[kind]++; c.told[kind] <= mostListed {
		c.verdict.Problems = append(c.verdict.Problems, fmt.Sprintf(format, args...))
	}
}

// names takes the entries by name: one twice is shown differently by different
// tools, and a comment says what nobody signed.
func (c *checker) names(z *zip.Reader) {
	if z.Comment != "" {
		c.found("comment", "压缩包带有注释，不是本系统写入的。")
	}
	for _, f := range z.File {
		if f.Comment != "" {
			c.found("comment", "“%s”带有注释，不是本系统写入的。", shown(f.Name))
		}
		if strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 == 0 {
			continue // folders that other tools add
		}
		if c.entries[f.Name] != nil {
			c.found("twice", "“%s”在压缩包里有两份。", shown(f.Name))
			continue
		}
		c.entries[f.Name] = f
	}
}

// manifest reads the list and its signature.
func (c *checker) manifest(wanted string) {
	text, err := c.small(manifestName, mostManifest)
	if err != nil {
		c.found("manifest", "清单 manifest.json %s。", err)
		return
	}
	if err := json.Unmarshal(text, &c.list); err != nil {
		c.found("manifest", "清单 manifest.json 读不出来：被改动过。")
		return
	}
	c.read, c.verdict.Head, c.verdict.Entries = true, c.list.Head, len(c.list.Entries)
	if c.list.Format != format {
		c.found("manifest", "清单的格式“%s”不是本系统的（应为 %s）。", shown(c.list.Format), format)
	}
	signature, err := c.small(signatureName, 1<<10)
	if err != nil {
		c.found("signature", "签名 manifest.sig %s。", err)
		return
	}
	public, err := hex.DecodeString(c.list.PublicKey)
	sig, err2 := hex.DecodeString(strings.TrimSuffix(string(signature), "\n"))
	// One signature has one way of being written: each byte of the file counts.
	if err != nil || err2 != nil || hex.EncodeToString(sig)+"\n" != string(signature) || !secret.Verify(public, purpose, text, sig) {
		c.found("signature", "签名与清单不符：清单 manifest.json 或签名 manifest.sig 被改动过。")
		return
	}
	c.verdict.Fingerprint = secret.FingerprintOf(public)
	if c.list.Fingerprint != c.verdict.Fingerprint {
		c.found("signature", "清单里写的指纹 %s 不是签名公钥的指纹 %s。", shown(c.list.Fingerprint), c.verdict.Fingerprint)
	}
	if wanted != "" && !secret.SameFingerprint(wanted, c.verdict.Fingerprint) {
		c.found("key", "签名的系统是 %s，不是要求的 %s。", c.verdict.Fingerprint, wanted)
	}
}

// small reads a whole entry; the error completes a sentence.
func (c *checker) small(name string, most int64) ([]byte, error) {
	f := c.entries[name]
	if f == nil {
		return nil, errors.New("缺失")
	}
	r, err := f.Open()
	if err != nil {
		return nil, errors.New("已损坏")
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil || int64(len(text)) > most {
		return nil, errors.New("已损坏")
	}
	c.left -= int64(len(text))
	return text, nil
}

// contents holds every entry against the list, and the links against each other.
func (c *checker) contents() {
	link, listed := c.list.firstLink(), map[string]bool{manifestName: true, signatureName: true}
	for i, e := range c.list.Entries {
		if listed[e.Name] {
			c.found("twice", "清单里“%s”列了两次。", shown(e.Name))
		}
		listed[e.Name] = true
		if link = nextLink(link, e.Name, e.SHA256); link != e.Link {
			c.found("link", "清单第%d项“%s”与前一项的链接断开。", i+1, shown(e.Name))
			link = e.Link
		}
		c.content(e)
	}
	if c.list.Last != link {
		c.found("link", "清单末尾的链接与最后一项不符。")
	}
	for name := range c.entries {
		if !listed[name] {
			c.found("extra", "“%s”不在清单里，是后来加入的。", shown(name))
		}
	}
}

func (c *checker) content(e manifestEntry) {
	f := c.entries[e.Name]
	switch {
	case f == nil:
		c.found("missing", "缺少%s（%s）。", titled(e), shown(e.Name))
		return
	case int64(f.UncompressedSize64) != e.Size:
		c.found("changed", "%s（%s）被改动过：应有%d字节，实有%d字节。", titled(e), shown(e.Name), e.Size, f.UncompressedSize64)
		return
	case e.Size > c.left:
		c.found("large", "内容太大，只核对到“%s”为止；请用 gongkai bundle check 核对。", shown(e.Name))
		c.left = 0
		return
	}
	c.left -= e.Size
	sum := sha256.New()
	if err := unpack(f, sum, e.Size); err != nil || hex.EncodeToString(sum.Sum(nil)) != e.SHA256 {
		c.found("changed", "%s（%s）被改动过：与清单里的 SHA-256 不符。", titled(e), shown(e.Name))
	}
}

func unpack(f *zip.File, to hash.Hash, size int64) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(to, io.LimitReader(r, size+1))
	return err
}

// titled names an entry as the index does.
func titled(e manifestEntry) string {
	if e.Title == "" {
		return "一份材料"
	}
	return "“" + shown(e.Title) + "”"
}

// shown makes a name fit for a sentence: it may come from anybody.
func shown(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfffd {
			return '?'
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 80 {
		name = string(runes[:80]) + "…"
	}
	return name
}

// Lines words the verdict: the first line says whether the package is whole and by
// whom it was signed, the others what it is or what is altered.
func (v Verdict) Lines() []string {
	what := fmt.Sprintf("%s（%s）%s，制作于 %s，材料 %d 份。", shown(v.Agency), shown(v.AgencyCode), shown(v.Number), shown(v.MadeAt), v.Entries)
	if v.Whole {
		return []string{"完整，没有改动。签名的系统指纹：" + v.Fingerprint, what}
	}
	out := []string{fmt.Sprintf("被改动过，或不完整：%d处。", len(v.Problems))}
	for _, p := range v.Problems {
		out = append(out, "· "+p)
	}
	if v.Fingerprint != "" {
		out = append(out, "清单的签名有效，签名的系统指纹："+v.Fingerprint)
	}
	return out
}
