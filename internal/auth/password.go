package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is how much work a guess at a password takes.
type Cost struct {
	Time    uint32
	Memory  uint32 // KiB
	Threads uint8
}

// OfficeCost is about a tenth of a second on an office machine; sixty people who
// sign in at half past eight are served within seconds.
func OfficeCost() Cost { return Cost{Time: 2, Memory: 19 << 10, Threads: 1} }

// TestCost makes accounts cheap for tests; nothing else may use it.
func TestCost() Cost { return Cost{Time: 1, Memory: 64, Threads: 1} }

const (
	saltSize = 16
	hashSize = 32
)

// Hash gives the form in which a password is kept: argon2id with a random salt,
// in the usual notation with its parameters.
func Hash(password string, c Cost) string {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// Matches reports whether the password is the one that was hashed. An unreadable
// hash matches nothing.
func Matches(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var c Cost
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil ||
		c.Time < 1 || c.Time > 100 || c.Memory > 1<<20 || c.Threads < 1 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	sum := argon2.IDKey([]byte(password), salt, c.Time, c.Memory, c.Threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(sum, want) == 1
}

// letters are those of a password that is read from a screen and typed: nothing
// that looks like something else.
const (
	lowers = "abcdefghijkmnpqrstuvwxyz"
	uppers = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	digits = "23456789"
)

// RandomPassword makes a password of 16 signs, some 88 bits, that satisfies
// every preset and can be read out over the telephone.
func RandomPassword() string {
	for {
		out := make([]byte, 0, 19)
		for i, n := range randomBelow(16, len(lowers+uppers+digits)) {
			if i > 0 && i%4 == 0 {
				out = append(out, '-')
			}
			out = append(out, (lowers + uppers + digits)[n])
		}
		if p := string(out); strings.ContainsAny(p, lowers) && strings.ContainsAny(p, uppers) && strings.ContainsAny(p, digits) {
			return p
		}
	}
}

// randomBelow draws n even numbers below limit (at most 256).
func randomBelow(n, limit int) []int {
	var out []int
	one := make([]byte, 1)
	for len(out) < n {
		rand.Read(one)
		if int(one[0]) < 256/limit*limit { // else the first signs would come more often
			out = append(out, int(one[0])%limit)
		}
	}
	return out
}
