package store

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const applicantColumns = "uid, agency_id, kind, name, data_key, id_number, phone, email, address, id_blind, phone_blind, mac"

// applicantRow is an applicant as it is stored: what identifies or reaches the
// person is sealed.
type applicantRow struct {
	ID         int64  `db:"id"`
	UID        int64  `db:"uid"`
	AgencyID   int64  `db:"agency_id"`
	Kind       string `db:"kind"`
	Name       string `db:"name"`
	DataKey    []byte `db:"data_key"`
	IDNumber   []byte `db:"id_number"`
	Phone      []byte `db:"phone"`
	Email      []byte `db:"email"`
	Address    []byte `db:"address"`
	IDBlind    []byte `db:"id_blind"`
	PhoneBlind []byte `db:"phone_blind"`
	MAC        []byte `db:"mac"`
}

// newUID gives a random positive name for an applicant. Seals and macs need one
// before the database has given the id.
func newUID() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return int64(binary.BigEndian.Uint64(b[:]) >> 1)
}

// sealApplicant makes the stored form, under a new data key.
func (t *tx) sealApplicant(agency, uid int64, a cases.Applicant) applicantRow {
	r := applicantRow{ID: a.ID, UID: uid, AgencyID: agency, Kind: a.Kind.Code(), Name: a.Name}
	if a.IDNumber+a.Phone+a.Email+a.Address != "" {
		var key *secret.DataKey
		key, r.DataKey = t.db.key.NewDataKey(secret.Place{Table: "applicants", Row: uid, Column: "data_key"})
		seal := func(column, text string) []byte {
			if text == "" {
				return nil
			}
			return key.Seal(nil, []byte(text), secret.Place{Table: "applicants", Row: uid, Column: column})
		}
		r.IDNumber, r.Phone = seal("id_number", a.IDNumber), seal("phone", a.Phone)
		r.Email, r.Address = seal("email", a.Email), seal("address", a.Address)
		r.IDBlind, r.PhoneBlind = t.db.blind("id_number", a.IDNumber), t.db.blind("phone", a.Phone)
	}
	r.MAC = t.applicantMAC(r)
	return r
}

// blind gives the blind index of a value, nil for none.
func (db *DB) blind(column, value string) []byte {
	if value = bare(value); value == "" {
		return nil
	}
	return db.key.BlindIndex("applicant."+column, value)
}

// bare leaves the letters and digits of a number, so that 139-0000 and １３９００００
// are found as one.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' { // full-width forms
			r -= '！' - '!'
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r > 127:
			return r
		}
		return -1
	}, s)
}

func (t *tx) applicantMAC(r applicantRow) []byte {
	b := secret.AppendInt(t.hash.buf[:0], r.UID)
	b = secret.AppendInt(b, r.AgencyID)
	b = secret.AppendText(b, r.Kind)
	b = secret.AppendText(b, r.Name)
	for _, field := range [][]byte{r.DataKey, r.IDNumber, r.Phone, r.Email, r.Address, r.IDBlind, r.PhoneBlind} {
		b = secret.AppendBytes(b, field)
	}
	t.hash.buf = b
	return t.hash.person.Sum(nil, b)
}

// open gives the applicant in clear. What does not open is an error that names
// the row and no content.
func (r applicantRow) open(k *secret.Key) (cases.Applicant, error) {
	a, err := r.masked()
	if err != nil || r.DataKey == nil {
		return a, err
	}
	key, err := k.OpenDataKey(r.DataKey, secret.Place{Table: "applicants", Row: r.UID, Column: "data_key"})
	if err != nil {
		return a, fmt.Errorf("open the key of applicant %d: %w", r.ID, err)
	}
	fields := []struct {
		column string
		sealed []byte
		to     *string
	}{{"id_number", r.IDNumber, &a.IDNumber}, {"phone", r.Phone, &a.Phone}, {"email", r.Email, &a.Email}, {"address", r.Address, &a.Address}}
	for _, f := range fields {
		if f.sealed == nil {
			continue
		}
		plain, err := key.Open(nil, f.sealed, secret.Place{Table: "applicants", Row: r.UID, Column: f.column})
		if err != nil {
			return a, fmt.Errorf("open %s of applicant %d: %w", f.column, r.ID, err)
		}
		*f.to = string(plain)
	}
	return a, nil
}

// masked gives what of an applicant is not sealed.
func (r applicantRow) masked() (cases.Applicant, error) {
	a := cases.Applicant{ID: r.ID, Name: r.Name}
	if err := a.Kind.UnmarshalText([]byte(r.Kind)); err != nil {
		return a, fmt.Errorf("read applicant %d: %w", r.ID, err)
	}
	return a, nil
}

func (r applicantRow) values() []any {
	return []any{r.UID, r.AgencyID, r.Kind, r.Name, r.DataKey, r.IDNumber, r.Phone, r.Email, r.Address,
		r.IDBlind, r.PhoneBlind, r.MAC}
}

// insertApplicants stores new applicants and fills in their ids.
func (t *tx) insertApplicants(rows []applicantRow) error {
	if len(rows) == 0 {
		return nil
	}
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = r.values()
	}
	var got []struct {
		ID  int64 `db:"id"`
		UID int64 `db:"uid"`
	}
	if err := t.insertReturning(&got, "applicants", applicantColumns, values, "id, uid"); err != nil {
		return fmt.Errorf("insert applicants: %w", err)
	}
	ids := make(map[int64]int64, len(got))
	for _, g := range got {
		ids[g.UID] = g.ID
	}
	for i := range rows {
		rows[i].ID = ids[rows[i].UID]
	}
	return nil
}

// updateApplicant writes an applicant's changed fields, sealed under a new key.
func (t *tx) updateApplicant(r applicantRow) error {
	_, err := t.Exec(`UPDATE applicants SET kind = ?, name = ?, data_key = ?, id_number = ?, phone = ?, email = ?,
		address = ?, id_blind = ?, phone_blind = ?, mac = ? WHERE id = ?`, r.Kind, r.Name, r.DataKey, r.IDNumber,
		r.Phone, r.Email, r.Address, r.IDBlind, r.PhoneBlind, r.MAC, r.ID)
	return err
}

// insertReturning inserts rows in one statement and reads what the engine gave
// them; the order of the answer is not that of the rows.
func (t *tx) insertReturning(dest any, table, columns string, rows [][]any, returning string) error {
	var args []any
	for _, r := range rows {
		args = append(args, r...)
	}
	stmt, err := t.prepared("INSERT INTO " + table + " (" + columns + ") VALUES " +
		placeholders(len(rows), len(rows[0])) + " RETURNING " + returning)
	if err != nil {
		return err
	}
	return stmt.SelectContext(t.ctx, dest, args...)
}
