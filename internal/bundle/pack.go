package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gongkai/internal/secret"
)

// The names of the entries that prove the others.
const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"

	format  = "gongkai-bundle-1"
	purpose = "bundle" // what the signature is for
)

// Head says what a package is: it stands in the manifest.
type Head struct {
	Format     string `json:"format"`
	Kind       string `json:"kind"` // evidence, archive
	Agency     string `json:"agency"`
	AgencyCode string `json:"agency_code"`
	Number     string `json:"number"` // of the case; "" for several
	MadeAt     string `json:"made_at"`
	Purpose    string `json:"purpose"` // 行政复议, 行政诉讼 ...
}

// Entry is a file of a package. Content is asked for when its turn comes, so that
// only one stands in memory.
type Entry struct {
	Name    string // ASCII, with / between folders
	Title   string // for people
	Content func() ([]byte, error)
}

// Fixed gives an entry whose content is there already.
func Fixed(name, title string, content []byte) Entry {
	return Entry{name, title, func() ([]byte, error) { return content, nil }}
}

// manifest lists every entry with its hash. Link is the SHA-256 over the link
// before it, the name and the hash: nothing can be taken out, put in or moved
// without changing all that follow.
type manifest struct {
	Head
	Entries     []manifestEntry `json:"entries"`
	Last        string          `json:"last_link"`
	PublicKey   string          `json:"public_key"` // Ed25519, hex
	Fingerprint string          `json:"fingerprint"`
}

type manifestEntry struct {
	Name   string `json:"name"`
	Title  string `json:"title"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Link   string `json:"link"`
}

// firstLink binds the links to what the package is.
func (h Head) firstLink() string {
	return hexSum([]byte(h.Format + "\n" + h.Kind + "\n" + h.AgencyCode + "\n" + h.Number + "\n" + h.MadeAt + "\n"))
}

func nextLink(before, name, sum string) string {
	return hexSum([]byte(before + "\n" + name + "\n" + sum + "\n"))
}

func hexSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ErrTooLarge is what Pack gives for a package beyond the plain ZIP form.
var ErrTooLarge = fmt.Errorf("举证材料超过4 GB，或材料超过65535份，装不进一个ZIP：%w", errTooLarge)

// Pack writes a package of the entries, signed by the installation's key.
func Pack(w io.Writer, key *secret.Key, head Head, entries []Entry) error {
	head.Format = format
	m := manifest{Head: head, Last: head.firstLink(), PublicKey: hex.EncodeToString(key.PublicKey()), Fingerprint: key.Fingerprint()}
	zip := &container{w: w}
	for _, e := range entries {
		content, err := e.Content()
		if err != nil {
			return fmt.Errorf("read %s for the bundle: %w", e.Name, err)
		}
		zip.add(e.Name, content)
		sum := hexSum(content)
		m.Last = nextLink(m.Last, e.Name, sum)
		m.Entries = append(m.Entries, manifestEntry{Name: e.Name, Title: e.Title, Size: int64(len(content)), SHA256: sum, Link: m.Last})
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	text = append(text, '\n')
	zip.add(manifestName, text)
	zip.add(signatureName, []byte(hex.EncodeToString(key.Sign(purpose, text))+"\n"))
	if err := zip.end(); errors.Is(err, errTooLarge) {
		return ErrTooLarge
	} else if err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	return nil
}
