package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
)

// MACSize is the length of a MAC and of a blind index in bytes.
const MACSize = sha256.Size

// MAC computes keyed hashes (HMAC-SHA256) one after another without making
// garbage. It is not safe for concurrent use: take one for each transaction or
// worker.
type MAC struct {
	keyed  hash.Hash
	prefix []byte
	length [1]byte // of the previous hash; a field, so that Link makes no garbage
}

// ChainMAC gives the hasher of a chain: "audit", "event". Chains of different
// names never share a hash.
func (k *Key) ChainMAC(chain string) *MAC { return labelled(k.chain, chain) }

// IndexMAC gives the hasher for the blind index of a domain, such as
// "applicant.id_number": equal values have equal hashes, within that domain and
// this installation only. The caller normalises the value first.
func (k *Key) IndexMAC(domain string) *MAC { return labelled(k.index, domain) }

// BlindIndex is IndexMAC for a single value.
func (k *Key) BlindIndex(domain, normalised string) []byte {
	return k.IndexMAC(domain).Sum(nil, []byte(normalised))
}

func newMAC(key []byte) *MAC { return &MAC{keyed: hmac.New(sha256.New, key)} }

func labelled(key []byte, label string) *MAC {
	m := newMAC(key)
	m.prefix = AppendText(nil, label)
	return m
}

// Sum appends the keyed hash of message to dst.
func (m *MAC) Sum(dst, message []byte) []byte {
	m.keyed.Reset()
	m.keyed.Write(m.prefix)
	m.keyed.Write(message)
	return m.keyed.Sum(dst)
}

// Link appends the keyed hash of an entry that follows the one whose hash is
// previous; the first entry of a chain follows nil. The entry is in canonical
// encoding (AppendText, AppendInt, AppendBytes).
func (m *MAC) Link(dst, previous, entry []byte) []byte {
	m.keyed.Reset()
	m.keyed.Write(m.prefix)
	m.length[0] = byte(len(previous))
	m.keyed.Write(m.length[:])
	m.keyed.Write(previous)
	m.keyed.Write(entry)
	return m.keyed.Sum(dst)
}

// Equal compares two hashes in a time that does not depend on where they
// differ.
func Equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
