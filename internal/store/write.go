package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Create stores a new case of c.AgencyID with all its events, people and texts.
// A case whose receipt is fixed gets its number if it has none, of the agency's
// series and the year of receipt, gapless; an unconfirmed one gets it from the
// Update that confirms it. Afterwards c carries its id, number and version.
// Conflict: the number or platform number is taken.
func (db *DB) Create(ctx context.Context, s cases.Stamp, c *cases.Case) error {
	stored := *c
	err := db.inTx(ctx, func(t *tx) error {
		stored = *c
		return t.create(s, &stored)
	})
	if err == nil {
		*c = *cases.Load(stored)
	}
	return err
}

func (t *tx) create(s cases.Stamp, c *cases.Case) error {
	w := t.writer(s)
	row, err := w.newRow(c)
	if err != nil {
		return err
	}
	if err := w.insert([]*newCase{{c: c, row: row}}); err != nil {
		return taken(err, c)
	}
	return w.finish(c.AgencyID, Entry{Act: "case_created", Object: "case", ObjectID: c.ID, Detail: w.detail(c)})
}

// taken words a broken unique index.
func taken(err error, c *cases.Case) error {
	if duplicate(err) {
		return &Error{Kind: Conflict, Err: err,
			Message: fmt.Sprintf("编号“%s”或其平台编号在本机关已经登记过；请先查找已有的办件。", c.Number)}
	}
	return err
}

// Update is the one door by which a case changes: it replays the case under
// lock, lets change decide and append, and writes the new events with everything
// that follows from them, or nothing if change returns an error (which Update
// gives back). A change that adds nothing writes nothing. The personal fields of
// the parties are open to change.
func (db *DB) Update(ctx context.Context, id int64, s cases.Stamp, change func(*cases.Case) error) error {
	return db.UpdateAt(ctx, id, 0, s, change)
}

// UpdateAt is Update for an edit that started from a version of the case (0: any):
// if the case has moved on since, it is refused with kind Conflict.
func (db *DB) UpdateAt(ctx context.Context, id, version int64, s cases.Stamp, change func(*cases.Case) error) error {
	return db.UpdateAll(ctx, s, []Edit{{id, version}}, change)
}

// lockCases reads whole cases and keeps others from writing them until the
// transaction ends. Writing a value onto itself is the row lock that both engines
// spell alike.
func (t *tx) lockCases(ids []int64) ([]loaded, error) {
	var rows []caseRow
	if err := t.SelectIn(&rows, "UPDATE cases SET version = version WHERE id IN (?) RETURNING "+caseColumns, ids); err != nil {
		return nil, fmt.Errorf("lock cases: %w", err)
	}
	if err := t.refusePurged(ids); err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b caseRow) int { return cmp.Compare(a.ID, b.ID) })
	return t.load(rows)
}

// writer writes cases within a transaction and gathers what comes last.
type writer struct {
	t       *tx
	s       cases.Stamp
	derive  cases.Deriver
	tallies *tallies
	digests []caseDigest
}

// caseDigest is a hash over the macs of the events that a case got.
type caseDigest struct {
	id     int64
	events int
	sum    [sha256.Size]byte
}

func (t *tx) writer(s cases.Stamp) *writer {
	return &writer{t: t, s: s, derive: cases.Deriver{Book: t.book}, tallies: newTallies()}
}

// finish writes the tallies and, last of all, the audit entry.
func (w *writer) finish(chain int64, e Entry) error {
	if err := w.tallies.flush(w.t); err != nil {
		return err
	}
	return w.t.audit(chain, w.s, e)
}

// detail says in the audit what was written: which events, and a hash of their
// macs, so that events can't disappear from the end of a case unnoticed.
func (w *writer) detail(c *cases.Case) map[string]any {
	d := w.digests[len(w.digests)-1]
	kinds := []string{}
	for _, e := range c.Events[len(c.Events)-d.events:] {
		kinds = append(kinds, e.Fact.Kind())
	}
	out := map[string]any{"version": c.Version, "last_seq": len(c.Events), "events": kinds, "digest": hex.EncodeToString(d.sum[:])}
	if len(c.Notes) > 0 {
		out["notes"] = len(c.Notes)
	}
	return out
}

// change lets a function change a loaded case and writes what it did.
func (w *writer) change(old *loaded, change func(*cases.Case) error) (c *cases.Case, changed bool, err error) {
	if c, err = old.domain(w.t.db.key); err != nil {
		return nil, false, err
	}
	before := *c
	before.Parties, before.Items = slices.Clone(c.Parties), slices.Clone(c.Items)
	if err = change(c); err != nil {
		return nil, false, err
	}
	texts := before.Content != c.Content || !slices.Equal(before.Items, c.Items) || !slices.Equal(before.Parties, c.Parties)
	if len(c.Fresh()) == 0 && !texts {
		return c, false, nil
	}
	c.ID, c.AgencyID, c.Number = before.ID, before.AgencyID, before.Number // are not the function's to change
	return c, true, w.save(old, &before, c, texts)
}

// save writes a changed case: events, people, texts, row, disputes, tallies.
func (w *writer) save(old *loaded, before, c *cases.Case, texts bool) error {
	row := old.row
	derived, err := w.t.rowOf(&w.derive, c.AgencyID, c.Events)
	if err != nil {
		return err
	}
	row.setRow(derived)
	row.Version, row.LastSeq = row.Version+1, len(c.Events)
	row.Platform, row.PlatformNumber = platformOf(c)
	if err := w.number(c, &row); err != nil {
		return err
	}
	if err := w.writeEvents(c); err != nil {
		return err
	}
	if err := w.writeNotes(c); err != nil {
		return err
	}
	if texts || row.Number != old.row.Number {
		if err := w.writeTexts(old, before, c); err != nil {
			return err
		}
	}
	if err := w.updateRow(&row); err != nil {
		return taken(err, c)
	}
	if cases.Flag(old.row.Flags | row.Flags).Has(cases.HadRemedy) {
		if err := w.rewriteDisputes(c); err != nil {
			return err
		}
	}
	w.tallies.add(&old.row, -1)
	w.tallies.add(&row, 1)
	c.Version = row.Version
	if texts || row.Number != old.row.Number || slices.ContainsFunc(c.Fresh(), writesReceipt) {
		return w.t.queueIndex(c.ID)
	}
	return nil
}

// writesReceipt reports whether an event carries numbers that a search looks into.
func writesReceipt(e cases.Event) bool {
	_, receipt := e.Fact.(cases.Received)
	return receipt
}

// number gives a case its number once the day of receipt is fixed.
func (w *writer) number(c *cases.Case, row *caseRow) error {
	if c.Number != "" || row.ReceivedOn.IsZero() {
		return nil
	}
	n, err := w.t.giveNumber(c.AgencyID, row.ReceivedOn)
	if err != nil {
		return err
	}
	c.Number = n.text
	row.Number, row.NumberYear, row.NumberSeq = n.text, n.year, n.seq
	return nil
}

// platformOf reads the province's platform and its number off the receipt.
func platformOf(c *cases.Case) (platform, number string) {
	for _, e := range cases.Timeline(c.Events, 0) {
		if r, ok := e.Fact.(cases.Received); ok {
			platform, number = r.Platform, r.PlatformNumber
		}
	}
	return platform, number
}

func (w *writer) writeEvents(c *cases.Case) error {
	b := newBulk(w.t, "events", eventColumns, "")
	hash := sha256.New()
	for _, e := range c.Fresh() {
		r, err := w.t.encodeEvent(c.AgencyID, c.ID, e)
		if err != nil {
			return err
		}
		hash.Write(r.MAC)
		if err := b.add(r.values()...); err != nil {
			return fmt.Errorf("append events of case %d: %w", c.ID, err)
		}
	}
	w.digests = append(w.digests, caseDigest{c.ID, len(c.Fresh()), [sha256.Size]byte(hash.Sum(nil))})
	if err := b.flush(); err != nil {
		return fmt.Errorf("append events of case %d: %w", c.ID, err)
	}
	return nil
}

func (w *writer) updateRow(r *caseRow) error {
	args := []any{r.Number, r.NumberYear, r.NumberSeq, r.Platform, r.PlatformNumber, r.Version, r.LastSeq}
	args = append(args, r.rowValues()...)
	stmt, err := w.t.prepared(`UPDATE cases SET number = ?, number_year = ?, number_seq = ?, platform = ?, platform_number = ?,
		version = ?, last_seq = ?, received_on = ?, channel = ?, kind = ?, state = ?, due_on = ?, safe_due_on = ?,
		waits_until = ?, provisional = ?, answered_on = ?, outcome = ?, late = ?, excluded = ?, days_taken = ?,
		flags = ?, calendar = ?, officer_id = ?, section_id = ?, delay_cause = ?, delay_fault = ?, origin_id = ? WHERE id = ?`)
	if err != nil {
		return err
	}
	if _, err := stmt.ExecContext(w.t.ctx, append(args, r.ID)...); err != nil {
		return fmt.Errorf("write the row of case %d: %w", r.ID, err)
	}
	return nil
}

func (w *writer) rewriteDisputes(c *cases.Case) error {
	if _, err := w.t.Exec("DELETE FROM disputes WHERE case_id = ?", c.ID); err != nil {
		return err
	}
	b := newBulk(w.t, "disputes", disputeColumns, "")
	if err := addDisputes(b, c); err != nil {
		return err
	}
	return b.flush()
}

const disputeColumns = "case_id, place, agency_id, kind, filed_on, closed_on, result, year_only"

func addDisputes(b *bulk, c *cases.Case) error {
	for i, d := range cases.Disputes(cases.Timeline(c.Events, 0)) {
		if err := b.add(c.ID, i+1, c.AgencyID, d.Kind.Code(), d.FiledOn, d.ClosedOn, d.Result.Code(), number(d.YearOnly)); err != nil {
			return fmt.Errorf("write the disputes of case %d: %w", c.ID, err)
		}
	}
	return nil
}

// writeTexts writes people and texts as the function left them. An applicant
// whose fields changed is sealed anew; one without id is new.
func (w *writer) writeTexts(old *loaded, before, c *cases.Case) error {
	uids := map[int64]int64{} // by applicant
	was := map[int64]cases.Applicant{}
	for i, p := range old.parties {
		uids[p.ID], was[p.ID] = p.UID, before.Parties[i].Applicant
	}
	partyUIDs := make([]int64, len(c.Parties))
	for i := range c.Parties {
		uid, err := w.writeApplicant(c.AgencyID, &c.Parties[i].Applicant, uids, was)
		if err != nil {
			return err
		}
		partyUIDs[i] = uid
	}
	if !slices.Equal(before.Parties, c.Parties) {
		if err := w.rewriteParties(c); err != nil {
			return err
		}
		if err := w.dropPeople(old, c); err != nil {
			return err
		}
	}
	r, err := w.t.encodeText(c, partyUIDs)
	if err != nil {
		return err
	}
	_, err = w.t.Exec(`INSERT INTO case_texts (case_id, content, items, mac) VALUES (?, ?, ?, ?)
		ON CONFLICT (case_id) DO UPDATE SET content = excluded.content, items = excluded.items, mac = excluded.mac`,
		r.CaseID, r.Content, r.Items, r.MAC)
	return err
}

func (w *writer) writeApplicant(agency int64, a *cases.Applicant, uids map[int64]int64, was map[int64]cases.Applicant) (uid int64, err error) {
	if a.ID == 0 {
		rows := []applicantRow{w.t.sealApplicant(agency, newUID(), *a)}
		if err := w.t.insertApplicants(rows); err != nil {
			return 0, err
		}
		a.ID = rows[0].ID
		return rows[0].UID, nil
	}
	uid, known := uids[a.ID]
	if !known {
		return 0, fmt.Errorf("applicant %d is not a party of this case", a.ID)
	}
	if was[a.ID] == *a {
		return uid, nil
	}
	return uid, w.t.updateApplicant(w.t.sealApplicant(agency, uid, *a))
}

func (w *writer) rewriteParties(c *cases.Case) error {
	if _, err := w.t.Exec("DELETE FROM case_parties WHERE case_id = ?", c.ID); err != nil {
		return err
	}
	b := newBulk(w.t, "case_parties", partyColumns, "")
	for i, p := range c.Parties {
		if err := b.add(c.ID, i+1, p.Role, p.Applicant.ID); err != nil {
			return err
		}
	}
	return b.flush()
}

// dropPeople removes the records of those who are no party any more, unless another
// case has them.
func (w *writer) dropPeople(old *loaded, c *cases.Case) error {
	for _, p := range old.parties {
		if slices.ContainsFunc(c.Parties, func(now cases.Party) bool { return now.Applicant.ID == p.ID }) {
			continue
		}
		for _, query := range []string{"DELETE FROM phone_tails WHERE applicant_id = ? AND NOT EXISTS (SELECT 1 FROM case_parties p WHERE p.applicant_id = phone_tails.applicant_id)",
			"DELETE FROM applicants WHERE id = ? AND NOT EXISTS (SELECT 1 FROM case_parties p WHERE p.applicant_id = applicants.id)"} {
			if _, err := w.t.Exec(query, p.ID); err != nil {
				return fmt.Errorf("remove applicant %d: %w", p.ID, err)
			}
		}
	}
	return nil
}

const partyColumns = "case_id, place, role, applicant_id"

// encodeText makes the stored texts; their mac also covers whose they are, under
// which number, and which people stand in the case.
func (t *tx) encodeText(c *cases.Case, uids []int64) (textRow, error) {
	items := "[]"
	if len(c.Items) > 0 {
		b, err := json.Marshal(c.Items)
		if err != nil {
			return textRow{}, fmt.Errorf("encode the items of case %d: %w", c.ID, err)
		}
		items = string(b)
	}
	r := textRow{CaseID: c.ID, Content: c.Content, Items: items}
	roles := make([]string, len(c.Parties))
	for i, p := range c.Parties {
		roles[i] = p.Role
	}
	r.MAC = t.textMAC(c.AgencyID, c.Number, r, roles, uids)
	return r, nil
}

func (t *tx) textMAC(agency int64, number string, r textRow, roles []string, uids []int64) []byte {
	b := secret.AppendInt(t.hash.buf[:0], agency)
	b = secret.AppendInt(b, r.CaseID)
	b = secret.AppendText(b, number)
	b = secret.AppendText(b, r.Content)
	b = secret.AppendText(b, r.Items)
	for i := range roles {
		b = secret.AppendText(b, roles[i])
		b = secret.AppendInt(b, uids[i])
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}
