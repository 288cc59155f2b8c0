package bundle

import (
	"archive/zip"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
)

// packing judges the container itself. A file as long as the plain form, and equal
// to it but for a few bytes, is ours with bytes changed; what another tool packed
// differs from it everywhere. In any packing each entry's two headers must tell
// the same, and nothing may lie before, between or after the entries.
func (c *checker) packing(z *zip.Reader) {
	if c.size == 0 || len(c.verdict.Problems) > 0 {
		return
	}
	if c.samePlain() {
		return
	}
	if !c.tight(z) {
		c.found("packing", "压缩包的结构被改动过：条目的两处记录不一致，或夹带了清单以外的数据。")
	}
}

// samePlain reports whether the file is the plain form, or so near that it was.
func (c *checker) samePlain() bool {
	var order []*zip.File
	for _, e := range c.list.Entries {
		order = append(order, c.entries[e.Name])
	}
	order = append(order, c.entries[manifestName], c.entries[signatureName])
	var plain []plainEntry
	for _, f := range order {
		plain = append(plain, plainEntry{name: f.Name, size: int64(f.UncompressedSize64), crc: f.CRC32})
	}
	if plainSize(plain) != c.size {
		return false
	}
	compare := &comparer{file: c.file}
	w := &container{w: compare}
	for i, f := range order {
		sum, err := crcOf(f)
		if err != nil {
			return false
		}
		plain[i].crc = sum
		w.begin(plain[i])
		if r, err := f.Open(); err == nil {
			n, err := io.Copy(compare, r)
			w.at, w.err = w.at+n, err
			_ = r.Close()
		}
	}
	if err := w.end(); err != nil {
		return false
	}
	if compare.diffs > 0 && compare.diffs < 2*len(order) {
		c.found("packing", "压缩包的第%d字节被改动过（不在各份材料的内容里，在压缩包的结构里）。", compare.first+1)
	}
	return compare.diffs < 2*len(order)
}

func crcOf(f *zip.File) (uint32, error) {
	r, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	sum := crc32.NewIEEE()
	_, err = io.Copy(sum, r)
	return sum.Sum32(), err
}

// tight reports whether the entries lie one after the other from the first byte to
// the directory, the directory after them, and nothing behind it; and whether the
// header before each entry names it as the directory does. What is too large for
// the common form is left to the hashes.
func (c *checker) tight(z *zip.Reader) bool {
	end := make([]byte, endSize)
	if c.size < endSize {
		return false
	}
	if _, err := c.file.ReadAt(end, c.size-endSize); err != nil || string(end[:4]) != "PK\x05\x06" {
		return false // something follows the end, or a comment that lies about its length
	}
	start, length := int64(binary.LittleEndian.Uint32(end[16:])), int64(binary.LittleEndian.Uint32(end[12:]))
	if start == mostBytes || length == mostBytes || start+length > c.size-endSize {
		return true
	}
	directory := make([]byte, length)
	if _, err := c.file.ReadAt(directory, start); err != nil {
		return false
	}
	type span struct{ from, to int64 }
	var spans []span
	for i := 0; len(directory) >= centralSize && i < len(z.File); i++ {
		f := z.File[i]
		name, extra, comment := binary.LittleEndian.Uint16(directory[28:]), binary.LittleEndian.Uint16(directory[30:]), binary.LittleEndian.Uint16(directory[32:])
		at := int64(binary.LittleEndian.Uint32(directory[42:]))
		whole := centralSize + int(name) + int(extra) + int(comment)
		if whole > len(directory) {
			return false
		}
		directory = directory[whole:]
		head := make([]byte, localSize+len(f.Name))
		if _, err := c.file.ReadAt(head, at); err != nil || string(head[:4]) != "PK\x03\x04" || string(head[localSize:]) != f.Name ||
			int(binary.LittleEndian.Uint16(head[26:])) != len(f.Name) || binary.LittleEndian.Uint16(head[8:]) != f.Method {
			return false
		}
		body, err := f.DataOffset()
		if err != nil {
			return false
		}
		spans = append(spans, span{at, body + int64(f.CompressedSize64)})
	}
	slices.SortFunc(spans, func(a, b span) int { return int(min(1, max(-1, a.from-b.from))) })
	const descriptor = 24 // the most that may follow an entry: its sizes
	last := int64(0)
	for i, s := range append(spans, span{start, c.size - endSize}) {
		if gap := s.from - last; gap < 0 || i == 0 && gap != 0 || gap > descriptor {
			return false
		}
		last = s.to
	}
	return true
}
