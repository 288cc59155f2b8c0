package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// How long a session lasts: unused, and at all.
const (
	IdleTime    = 30 * time.Minute
	SessionTime = 12 * time.Hour
)

// NewToken makes what a browser shows to be known again: 256 random bits.
func NewToken() string {
	raw := make([]byte, 32)
	rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// TokenHash is the form in which the store keeps a token: who reads the database
// can't take over a session.
func TokenHash(token string) []byte {
	sum := sha256.Sum256([]byte("gongkai session " + token))
	return sum[:]
}

// FormToken is what the forms of a session carry; another site can't know it.
func FormToken(token string) string {
	m := hmac.New(sha256.New, []byte(token))
	m.Write([]byte("gongkai form"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// SameToken compares two tokens in a time that does not tell where they differ.
func SameToken(a, b string) bool { return a != "" && hmac.Equal([]byte(a), []byte(b)) }
