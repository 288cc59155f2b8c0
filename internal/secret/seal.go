package secret

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
)

// algAES256GCM is the algorithm byte of a sealed text: AES-256-GCM with a
// random nonce of 96 bits.
const algAES256GCM = 1

// The layout of a sealed text: algorithm, key id, nonce, then the ciphertext
// with its tag.
const (
	headerSize = 1 + len(keyID{})
	nonceSize  = 12
	tagSize    = 16
)

// Overhead is by how many bytes a sealed text is longer than the plain one.
const Overhead = headerSize + nonceSize + tagSize

// Place is where a sealed text lives. It is bound into the seal: moved to
// another row or column, the text does not open.
type Place struct {
	Table  string
	Row    int64
	Column string
}

// ErrSealed is what every failure to open a sealed text wraps: it was altered,
// moved from its place, or sealed with another key.
var ErrSealed = errors.New("加密内容打不开：已被改动、挪动，或不是用这把密钥加密的")

// DataKey seals the fields of one applicant or the attachments of one case.
// Destroying its wrapped form makes all of it unreadable. It is safe for
// concurrent use.
type DataKey struct {
	id   keyID
	aead cipher.AEAD
}

// NewDataKey makes a random data key and its wrapped form, which is stored at
// the given place.
func (k *Key) NewDataKey(at Place) (key *DataKey, wrapped []byte) {
	var raw [32]byte
	rand.Read(raw[:])
	return newDataKey(raw[:]), seal(k.wrap, k.id, nil, raw[:], at)
}

// OpenDataKey unwraps a data key that NewDataKey wrapped for that place. The
// error wraps ErrSealed.
func (k *Key) OpenDataKey(wrapped []byte, at Place) (*DataKey, error) {
	raw, err := open(k.wrap, k.id, nil, wrapped, at)
	if err != nil {
		return nil, err
	}
	if len(raw) != 32 {
		return nil, fmt.Errorf("%w（数据密钥长度不对）", ErrSealed)
	}
	return newDataKey(raw), nil
}

func newDataKey(raw []byte) *DataKey {
	d := &DataKey{aead: newGCM(raw)}
	m := newMAC(raw)
	copy(d.id[:], m.Sum(nil, []byte("gongkai v1 data key id")))
	return d
}

// Seal appends the sealed form of plain to dst. The same plain text gives
// another sealed one each time.
func (d *DataKey) Seal(dst, plain []byte, at Place) []byte {
	return seal(d.aead, d.id, dst, plain, at)
}

// Open appends the plain form of sealed to dst. The error wraps ErrSealed.
func (d *DataKey) Open(dst, sealed []byte, at Place) ([]byte, error) {
	return open(d.aead, d.id, dst, sealed, at)
}

func seal(aead cipher.AEAD, id keyID, dst, plain []byte, at Place) []byte {
	start := len(dst)
	dst = append(dst, algAES256GCM)
	dst = append(dst, id[:]...)
	var nonce [nonceSize]byte
	rand.Read(nonce[:])
	dst = append(dst, nonce[:]...)
	var room [96]byte
	extra := associated(room[:0], dst[start:start+headerSize], at)
	return aead.Seal(dst, dst[start+headerSize:], plain, extra)
}

func open(aead cipher.AEAD, id keyID, dst, sealed []byte, at Place) ([]byte, error) {
	switch {
	case len(sealed) < Overhead:
		return nil, fmt.Errorf("%w（长度不足）", ErrSealed)
	case sealed[0] != algAES256GCM:
		return nil, fmt.Errorf("%w（不识的算法 %d）", ErrSealed, sealed[0])
	case !bytes.Equal(sealed[1:headerSize], id[:]):
		return nil, fmt.Errorf("%w（密钥编号不符）", ErrSealed)
	}
	var room [96]byte
	extra := associated(room[:0], sealed[:headerSize], at)
	nonce, text := sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
	plain, err := aead.Open(dst, nonce, text, extra)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// associated is what is authenticated beside the text: its header and place.
func associated(dst, header []byte, at Place) []byte {
	dst = append(dst, header...)
	dst = AppendText(dst, at.Table)
	dst = AppendInt(dst, at.Row)
	return AppendText(dst, at.Column)
}

// The canonical encoding of what is hashed and authenticated: each value begins
// with its kind and, where it varies, its length, so that no two different
// sequences of values encode alike.

// AppendText appends the canonical encoding of a text.
func AppendText(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(append(dst, 't'), uint64(len(s)))
	return append(dst, s...)
}

// AppendBytes appends the canonical encoding of bytes.
func AppendBytes(dst, b []byte) []byte {
	dst = binary.AppendUvarint(append(dst, 'b'), uint64(len(b)))
	return append(dst, b...)
}

// AppendInt appends the canonical encoding of a whole number.
func AppendInt(dst []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, 'i'), uint64(n))
}
