package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Entry is one line of an audit chain: an act and what it was done to. Detail
// holds ids, codes and hashes, never personal data or free text.
type Entry struct {
	Act      string
	Object   string // "case", "import", "notice" ...
	ObjectID int64
	Detail   any // written as JSON; nil for nothing
}

// SystemChain is the audit chain of what belongs to no agency.
const SystemChain = 0

const auditColumns = "chain, seq, at, actor, act, object, object_id, detail, mac"

// auditRow is an entry as it is stored.
type auditRow struct {
	Chain    int64  `db:"chain"`
	Seq      int64  `db:"seq"`
	At       int64  `db:"at"`
	Actor    string `db:"actor"`
	Act      string `db:"act"`
	Object   string `db:"object"`
	ObjectID int64  `db:"object_id"`
	Detail   string `db:"detail"`
	MAC      []byte `db:"mac"`
}

// headRow is the end of a chain.
type headRow struct {
	Chain int64  `db:"chain"`
	Seq   int64  `db:"seq"`
	MAC   []byte `db:"mac"`
}

// Audit appends entries to the chain of an agency (or SystemChain), for acts that
// change nothing else in the store: signing in, exporting, opening a page.
func (db *DB) Audit(ctx context.Context, chain int64, s cases.Stamp, entries ...Entry) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		for _, e := range entries {
			if err := t.audit(chain, s, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// audit appends an entry. It locks the end of the chain until the transaction
// ends: it comes last.
func (t *tx) audit(chain int64, s cases.Stamp, e Entry) error {
	detail := []byte("{}")
	if e.Detail != nil {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("encode audit detail: %w", err)
		}
	}
	var head headRow
	if err := t.Get(&head, `INSERT INTO audit_heads (chain, seq, mac) VALUES (?, 0, ?)
		ON CONFLICT (chain) DO UPDATE SET seq = audit_heads.seq RETURNING chain, seq, mac`, chain, []byte{}); err != nil {
		return fmt.Errorf("lock audit chain %d: %w", chain, err)
	}
	r := auditRow{Chain: chain, Seq: head.Seq + 1, At: s.At, Actor: s.By, Act: e.Act, Object: e.Object,
		ObjectID: e.ObjectID, Detail: string(detail)}
	r.MAC = t.auditMAC(head.MAC, r)
	if _, err := t.Exec("INSERT INTO audit ("+auditColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		r.Chain, r.Seq, r.At, r.Actor, r.Act, r.Object, r.ObjectID, r.Detail, r.MAC); err != nil {
		return fmt.Errorf("append to audit chain %d: %w", chain, err)
	}
	_, err := t.Exec("UPDATE audit_heads SET seq = ?, mac = ? WHERE chain = ?", r.Seq, r.MAC, chain)
	return err
}

// auditMAC links an entry to the mac of the one before it.
func (t *tx) auditMAC(previous []byte, r auditRow) []byte {
	b := secret.AppendInt(t.hash.buf[:0], r.Chain)
	b = secret.AppendInt(b, r.Seq)
	b = secret.AppendInt(b, r.At)
	b = secret.AppendText(b, r.Actor)
	b = secret.AppendText(b, r.Act)
	b = secret.AppendText(b, r.Object)
	b = secret.AppendInt(b, r.ObjectID)
	b = secret.AppendText(b, r.Detail)
	t.hash.buf = b
	return t.hash.audit.Link(nil, previous, b)
}

// Anchor seals the ends of all chains into one line, with the number of all
// entries. It belongs at the end of each day and before each export.
func (db *DB) Anchor(ctx context.Context, s cases.Stamp) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.anchor(s)
	})
}

func (t *tx) anchor(s cases.Stamp) error {
	var heads []headRow
	if err := t.Select(&heads, "SELECT chain, seq, mac FROM audit_heads ORDER BY chain"); err != nil {
		return fmt.Errorf("read the audit heads: %w", err)
	}
	entries := int64(0)
	for _, h := range heads {
		entries += h.Seq
	}
	text, err := json.Marshal(heads)
	if err != nil {
		return fmt.Errorf("encode the audit heads: %w", err)
	}
	mac := t.anchorMAC(s.At, s.Today.String(), int64(len(heads)), entries, string(text))
	_, err = t.Exec("INSERT INTO anchors (sealed_at, sealed_on, chains, entries, heads, mac) VALUES (?, ?, ?, ?, ?, ?)",
		s.At, s.Today, len(heads), entries, string(text), mac)
	return err
}

func (t *tx) anchorMAC(at int64, on string, chains, entries int64, heads string) []byte {
	b := secret.AppendInt(t.hash.buf[:0], at)
	b = secret.AppendText(b, on)
	b = secret.AppendInt(b, chains)
	b = secret.AppendInt(b, entries)
	b = secret.AppendText(b, heads)
	t.hash.buf = b
	return t.hash.anchor.Sum(nil, b)
}
