package store

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// fold makes alike what a reader takes for the same: full-width and half-width
// signs, capitals and small letters, the brackets of numbers; spaces are nothing.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms
			r -= '！' - '!'
		}
		switch r {
		case '〔', '[', '【', '［':
			return '('
		case '〕', ']', '】', '］':
			return ')'
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// addTerms adds the single signs and the pairs of a folded text, and every three
// digits side by side: pairs of digits are in every second case.
func addTerms(set map[string]bool, folded string) {
	before, digits := -1, 0
	for at, r := range folded {
		end := at + utf8.RuneLen(r)
		set[folded[at:end]] = true
		if before >= 0 {
			set[folded[before:end]] = true
		}
		before = at
		if digits++; r < '0' || r > '9' {
			digits = 0
		}
		if digits >= 3 {
			set[folded[end-3:end]] = true
		}
	}
}

// agencyTerm stands for the agency of a case: three signs, of which not all are
// digits, is no term of a text.
func agencyTerm(id int64) string { return fmt.Sprintf("a:%d", id) }

// queryTerms gives the terms that a text must have to hold the folded query: its
// threes of digits, which are rare, before the pairs that are in none of them; or
// the one sign that it is.
func queryTerms(folded string) []string {
	signs := []rune(folded)
	if len(signs) == 1 {
		return []string{folded}
	}
	var threes, pairs []string
	inThree := make([]bool, len(signs)+1) // whether the pair that ends before a sign is in a three
	for i := 3; i <= len(signs); i++ {
		if allDigits(signs[i-3 : i]) {
			threes = append(threes, string(signs[i-3:i]))
			inThree[i-1], inThree[i] = true, true
		}
	}
	for i := 2; i <= len(signs); i++ {
		if !inThree[i] {
			pairs = append(pairs, string(signs[i-2:i]))
		}
	}
	var out []string
	for _, term := range append(threes, pairs...) {
		if !slices.Contains(out, term) {
			out = append(out, term)
		}
	}
	return out
}

func allDigits(signs []rune) bool {
	return !slices.ContainsFunc(signs, func(r rune) bool { return r < '0' || r > '9' })
}

// A block of the index are the cases of 4,096 neighbouring ids.
const (
	blockSize   = 4096
	bitmapBytes = blockSize / 8
)

// blockSet is a set of places in a block.
type blockSet [blockSize / 64]uint64

func (b *blockSet) add(place int64)      { b[place/64] |= 1 << (place % 64) }
func (b *blockSet) drop(place int64)     { b[place/64] &^= 1 << (place % 64) }
func (b *blockSet) has(place int64) bool { return b[place/64]&(1<<(place%64)) != 0 }

func (b *blockSet) len() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// encode writes two bytes a place, or a bitmap where that is shorter; only a
// bitmap is bitmapBytes long.
func (b *blockSet) encode() []byte {
	out := make([]byte, 0, bitmapBytes)
	if b.len() >= bitmapBytes/2 {
		for _, w := range b {
			out = binary.BigEndian.AppendUint64(out, w)
		}
		return out
	}
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			out = binary.BigEndian.AppendUint16(out, uint16(i*64+bits.TrailingZeros64(w)))
		}
	}
	return out
}

// merge adds what encode wrote; what it can't have written is an error.
func (b *blockSet) merge(text []byte) error {
	if len(text) == bitmapBytes {
		for i := range b {
			b[i] |= binary.BigEndian.Uint64(text[8*i:])
		}
		return nil
	}
	for ; len(text) >= 2; text = text[2:] {
		place := int64(binary.BigEndian.Uint16(text))
		if place >= blockSize {
			return fmt.Errorf("place %d is in no block of the search index", place)
		}
		b.add(place)
	}
	if len(text) != 0 {
		return fmt.Errorf("an entry of the search index is cut short")
	}
	return nil
}

// caseSet is a set of case ids, by block.
type caseSet map[int64]*blockSet

func (s caseSet) block(n int64) *blockSet {
	if s[n] == nil {
		s[n] = new(blockSet)
	}
	return s[n]
}

func (s caseSet) add(id int64) { s.block(id / blockSize).add(id % blockSize) }

func (s caseSet) has(id int64) bool {
	b := s[id/blockSize]
	return b != nil && b.has(id%blockSize)
}

func (s caseSet) len() (n int) {
	for _, b := range s {
		n += b.len()
	}
	return n
}

// keep leaves what is in the other set as well.
func (s caseSet) keep(other caseSet) {
	for n, b := range s {
		o := other[n]
		if o == nil {
			delete(s, n)
			continue
		}
		some := uint64(0)
		for i := range b {
			b[i] &= o[i]
			some |= b[i]
		}
		if some == 0 {
			delete(s, n)
		}
	}
}

// ids lists the set, in no order of blocks.
func (s caseSet) ids() []int64 {
	var out []int64
	for n, b := range s {
		for i, w := range b {
			for ; w != 0; w &= w - 1 {
				out = append(out, n*blockSize+int64(i*64+bits.TrailingZeros64(w)))
			}
		}
	}
	return out
}
