package secret

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// PublicKey gives the installation's Ed25519 public key, by which others check
// what it signed.
func (k *Key) PublicKey() []byte {
	return append([]byte(nil), k.signer.Public().(ed25519.PublicKey)...)
}

// Fingerprint gives the fingerprint of the installation's public key as people
// compare it: 32 hexadecimal digits in groups of four.
func (k *Key) Fingerprint() string { return FingerprintOf(k.PublicKey()) }

// FingerprintOf gives the fingerprint of any public key: the first 16 bytes of
// its SHA-256.
func FingerprintOf(publicKey []byte) string {
	sum := sha256.Sum256(publicKey)
	digits := hex.EncodeToString(sum[:16])
	groups := make([]string, 0, 8)
	for i := 0; i < len(digits); i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return strings.Join(groups, "-")
}

// SameFingerprint compares two fingerprints as people type them: with or
// without separators, in either case. An empty one equals nothing.
func SameFingerprint(a, b string) bool {
	a, b = bareHex(a), bareHex(b)
	return a != "" && a == b
}

// bareHex keeps the hexadecimal digits of s in lower case.
func bareHex(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789abcdef", r) {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Sign signs a message for one purpose ("bundle", "return"); a signature for
// one purpose does not count for another.
func (k *Key) Sign(purpose string, message []byte) []byte {
	return ed25519.Sign(k.signer, signed(purpose, message))
}

// Verify says whether a signature of Sign is by the holder of that public key,
// for that purpose and message.
func Verify(publicKey []byte, purpose string, message, signature []byte) bool {
	return len(publicKey) == ed25519.PublicKeySize &&
		ed25519.Verify(publicKey, signed(purpose, message), signature)
}

func signed(purpose string, message []byte) []byte {
	return append(AppendText([]byte("gongkai v1 signature "), purpose), message...)
}
