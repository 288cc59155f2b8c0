package secret

import (
	"encoding/base64"
	"strings"
)

// wordsMark begins hidden words; nobody types it into a search box.
const wordsMark = "~"

// HideWords gives what somebody searched for in a form that may stand in an
// address, where names and numbers of people must not: browsers, proxies and
// printouts keep addresses. The same words always give the same form, so that an
// address stays the same; "" stays "".
func (k *Key) HideWords(text string) string {
	if text == "" {
		return ""
	}
	nonce := k.BlindIndex("words", text)[:nonceSize]
	sealed := k.words.Seal(append([]byte{}, nonce...), nonce, []byte(text), nil)
	return wordsMark + base64.RawURLEncoding.EncodeToString(sealed)
}

// ShowWords is the way back. Text that is not hidden is given as it is; what was
// hidden under another key, or changed since, is "".
func (k *Key) ShowWords(text string) string {
	hidden, ok := strings.CutPrefix(text, wordsMark)
	if !ok {
		return text
	}
	sealed, err := base64.RawURLEncoding.DecodeString(hidden)
	if err != nil || len(sealed) < nonceSize {
		return ""
	}
	plain, err := k.words.Open(nil, sealed[:nonceSize], sealed[nonceSize:], nil)
	if err != nil {
		return ""
	}
	return string(plain)
}
