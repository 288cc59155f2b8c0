package bundle

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
)

// The plain ZIP form: stored, no days, no attributes, no extra fields.
const (
	localSize, centralSize, endSize = 30, 46, 22

	firstDay = 0x0021 // 1980-01-01, the first day that a ZIP can write
	// mostBytes and mostEntries are where the plain form ends.
	mostBytes   = 1<<32 - 1
	mostEntries = 1<<16 - 1
)

// errTooLarge: the plain form has no room for it.
var errTooLarge = errors.New("the bundle passes 4 GiB or 65,535 entries")

// plainEntry is what the container says of an entry.
type plainEntry struct {
	name   string
	crc    uint32
	size   int64
	offset int64
}

// container writes entries one after the other in the plain form.
type container struct {
	w       io.Writer
	at      int64
	entries []plainEntry
	err     error
}

func (c *container) write(b []byte) {
	if c.err != nil {
		return
	}
	n, err := c.w.Write(b)
	c.at, c.err = c.at+int64(n), err
}

// header writes what both headers of an entry share, after their signatures.
func (e plainEntry) header() []byte {
	b := make([]byte, 0, 26)
	for _, n := range []uint16{20, 0, 0, 0, firstDay} { // version, flags, stored, time, day
		b = binary.LittleEndian.AppendUint16(b, n)
	}
	b = binary.LittleEndian.AppendUint32(b, e.crc)
	b = binary.LittleEndian.AppendUint32(b, uint32(e.size))
	b = binary.LittleEndian.AppendUint32(b, uint32(e.size))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(e.name)))
	return binary.LittleEndian.AppendUint16(b, 0)
}

// add writes a whole entry.
func (c *container) add(name string, content []byte) {
	c.begin(plainEntry{name: name, crc: crc32.ChecksumIEEE(content), size: int64(len(content))})
	c.write(content)
}

// begin writes the head of an entry whose content follows.
func (c *container) begin(e plainEntry) {
	if c.at+e.size+int64(len(e.name))+localSize > mostBytes || len(c.entries) >= mostEntries {
		c.err = errors.Join(c.err, errTooLarge)
		return
	}
	e.offset = c.at
	c.entries = append(c.entries, e)
	c.write([]byte("PK\x03\x04"))
	c.write(e.header())
	c.write([]byte(e.name))
}

// end writes the directory.
func (c *container) end() error {
	start := c.at
	for _, e := range c.entries {
		c.write([]byte("PK\x01\x02\x14\x00")) // written by version 2.0, MS-DOS
		c.write(e.header())
		c.write(make([]byte, 10)) // comment, disk, attributes
		c.write(binary.LittleEndian.AppendUint32(nil, uint32(e.offset)))
		c.write([]byte(e.name))
	}
	if c.at > mostBytes {
		return errTooLarge
	}
	b := []byte("PK\x05\x06\x00\x00\x00\x00")
	b = binary.LittleEndian.AppendUint16(b, uint16(len(c.entries)))
	b = binary.LittleEndian.AppendUint16(b, uint16(len(c.entries)))
	b = binary.LittleEndian.AppendUint32(b, uint32(c.at-start))
	b = binary.LittleEndian.AppendUint32(b, uint32(start))
	c.write(append(b, 0, 0))
	return c.err
}

// plainSize is how long the plain form of entries is.
func plainSize(entries []plainEntry) int64 {
	n := int64(endSize)
	for _, e := range entries {
		n += localSize + centralSize + 2*int64(len(e.name)) + e.size
	}
	return n
}

// comparer counts where what is written to it differs from a file.
type comparer struct {
	file  io.ReaderAt
	at    int64
	buf   []byte
	diffs int
	first int64 // of the differences
}

func (c *comparer) Write(b []byte) (int, error) {
	if len(c.buf) < len(b) {
		c.buf = make([]byte, len(b))
	}
	there := c.buf[:len(b)]
	if n, err := c.file.ReadAt(there, c.at); n < len(b) {
		return 0, err
	}
	for i := range b {
		if b[i] != there[i] {
			if c.diffs == 0 {
				c.first = c.at + int64(i)
			}
			c.diffs++
		}
	}
	c.at += int64(len(b))
	return len(b), nil
}
