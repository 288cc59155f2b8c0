package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// masterSize is the length of the master key in bytes.
const masterSize = 32

// Key is the installation's master key with everything derived from it. Make
// one by New, Create, Load or Import. It is safe for concurrent use.
type Key struct {
	master [masterSize]byte
	id     keyID
	wrap   cipher.AEAD // seals data keys
	index  []byte      // MAC key of blind indexes
	words  cipher.AEAD // hides what was searched for
	chain  []byte      // MAC key of the audit chain and of events
	signer ed25519.PrivateKey
}

// keyID names a key in the header of what it sealed. It is derived from the key
// and reveals nothing of it.
type keyID [8]byte

// New makes a random master key. It is not saved anywhere.
func New() *Key {
	var master [masterSize]byte
	rand.Read(master[:]) // never fails: crypto/rand ends the program instead
	return fromMaster(master)
}

func fromMaster(master [masterSize]byte) *Key {
	k := &Key{master: master, index: derive(master, "blind index"), chain: derive(master, "chain")}
	copy(k.id[:], derive(master, "key id"))
	k.wrap = newGCM(derive(master, "wrap data key"))
	k.words = newGCM(derive(master, "searched words"))
	k.signer = ed25519.NewKeyFromSeed(derive(master, "signature"))
	return k
}

// derive gives the 32-byte key for one use of the master key.
func derive(master [masterSize]byte, use string) []byte {
	out, err := hkdf.Key(sha256.New, master[:], nil, "gongkai v1 "+use, 32)
	if err != nil {
		panic(err) // only for lengths that 32 is not
	}
	return out
}

func newGCM(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for key lengths that 32 is not
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for block sizes that AES does not have
	}
	return aead
}

// ID names the key: 16 hexadecimal digits, derived from it. A database keeps
// the ID of the key it was made with, so that a wrong key is refused before
// anything is read or written with it.
func (k *Key) ID() string { return hex.EncodeToString(k.id[:]) }

// String is the ID, so that a key printed by mistake shows no secret.
func (k *Key) String() string { return "密钥 " + k.ID() }

// GoString is String, for %#v.
func (k *Key) GoString() string { return k.String() }
