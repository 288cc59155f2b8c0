package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
)

// The second factor is TOTP (RFC 6238) as every authenticator app makes it:
// HMAC-SHA1, 30 seconds, 6 digits. A code counts once, and a clock may be one
// step off.
const (
	totpStep   = 30 // seconds
	totpSecret = 20 // bytes
)

// NewTOTPSecret makes the secret that an app and the system share.
func NewTOTPSecret() []byte {
	secret := make([]byte, totpSecret)
	rand.Read(secret)
	return secret
}

// TOTPKey is the secret as it is typed into an app.
func TOTPKey(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// TOTPLink is the secret as an app reads it.
func TOTPLink(secret []byte, login string) string {
	q := url.Values{"secret": {TOTPKey(secret)}, "issuer": {"依申请公开"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape("依申请公开:"+login) + "?" + q.Encode()
}

// TOTPCode gives the code of a step (seconds since 1970 divided by 30).
func TOTPCode(secret []byte, step int64) string {
	m := hmac.New(sha1.New, secret)
	m.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[at:])&0x7fffffff%1000000)
}

// CheckTOTP finds the step to which a code belongs at an instant (seconds since
// 1970). Steps up to used do not count again.
func CheckTOTP(secret []byte, code string, at, used int64) (step int64, ok bool) {
	now := at / totpStep
	for s := now - 1; s <= now+1; s++ {
		if subtle.ConstantTimeCompare([]byte(TOTPCode(secret, s)), []byte(code)) == 1 && s > used {
			step, ok = s, true
		}
	}
	return step, ok
}
