package web

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"time"
)

// keptFor is how long an uploaded ledger waits to be adopted.
const keptFor = 24 * time.Hour

// shelf keeps uploaded ledgers until they are adopted or given up: each under a
// random token, readable by the server's own user alone, at most a day. They hold
// personal data; nothing else of the program reads them.
type shelf struct {
	root *os.Root
	now  func() time.Time
}

// parcel is what is known of an uploaded file.
type parcel struct {
	Name   string            // as the user called it
	Agency string            // code of the agency of rows that name none
	Map    map[string]string // unknown columns and what the user said they are
	Owner  int64             // the user who brought it
	At     int64             // uploaded, microseconds UTC
	Done   *adopted          // what came of it; the file itself is gone by then
}

// adopted is what an import has done.
type adopted struct {
	New, Updated, Unchanged, Conflicts, Vanished int
}

// openShelf makes the folder if it is missing and clears what is too old.
func openShelf(dir string, now func() time.Time) (*shelf, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for uploads: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder for uploads: %w", err)
	}
	s := &shelf{root, now}
	if err := s.sweep(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return s, nil
}

func (s *shelf) close() error { return s.root.Close() }

var tokenForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// put keeps a file and gives its token.
func (s *shelf) put(p parcel, data []byte) (string, error) {
	if err := s.sweep(); err != nil {
		return "", err
	}
	var random [16]byte
	rand.Read(random[:]) // never fails (crypto/rand ends the process instead)
	token := hex.EncodeToString(random[:])
	p.At = s.now().UnixMicro()
	if err := s.root.WriteFile(token+".ledger", data, 0o600); err != nil {
		return "", fmt.Errorf("keep an uploaded ledger: %w", err)
	}
	return token, s.note(token, p)
}

// note writes what is known of a file.
func (s *shelf) note(token string, p parcel) error {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("describe an uploaded ledger: %w", err)
	}
	if err := s.root.WriteFile(token+".json", text, 0o600); err != nil {
		return fmt.Errorf("describe an uploaded ledger: %w", err)
	}
	return nil
}

// get gives what is known of a file; an unknown token is "not found".
func (s *shelf) get(token string) (parcel, error) {
	var p parcel
	if !tokenForm.MatchString(token) {
		return p, errNotFound
	}
	text, err := s.root.ReadFile(token + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return p, errNotFound
	}
	if err != nil {
		return p, fmt.Errorf("read an upload's description: %w", err)
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("read an upload's description: %w", err)
	}
	return p, nil
}

// data gives the file itself; one that is adopted or given up is "not found".
func (s *shelf) data(token string) ([]byte, error) {
	if !tokenForm.MatchString(token) {
		return nil, errNotFound
	}
	data, err := s.root.ReadFile(token + ".ledger")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNotFound
	}
	return data, err
}

// finish removes the file and remembers what came of it, so that a second press
// of the button can be told.
func (s *shelf) finish(token string, p parcel, done adopted) error {
	p.Done = &done
	if err := s.note(token, p); err != nil {
		return err
	}
	return s.root.Remove(token + ".ledger")
}

// drop removes a file and all that is known of it.
func (s *shelf) drop(token string) error {
	for _, name := range []string{token + ".ledger", token + ".json"} {
		if err := s.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove an uploaded ledger: %w", err)
		}
	}
	return nil
}

// sweep removes what has waited for longer than a day.
func (s *shelf) sweep() error {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return fmt.Errorf("look through the uploads: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || s.now().Sub(info.ModTime()) < keptFor {
			continue // gone already, or not old yet
		}
		token, _, _ := strings.Cut(e.Name(), ".")
		if err := s.drop(token); err != nil {
			return err
		}
	}
	return nil
}
