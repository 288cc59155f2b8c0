package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// The ways of a message out of the house.
const (
	ChannelMail    = "mail"
	ChannelMessage = "message"
)

// SweepJob says as of which day reminders are looked for, and under which slot.
type SweepJob struct {
	Lease     Lease
	Job, Slot string
	Day       calendar.Date
	Now       time.Time // the office's clock
	// Send writes messages: one digest for a person, or with Urgent alone what
	// can't wait for it. Days that are caught up are told in the last one's digest.
	Send, Urgent bool
	Channels     []string
	Step         func(n int) // told as each step of the sweep begins; may be nil
}

// Swept is what a sweep did. Again: the slot was done before, nothing was.
type Swept struct {
	Again                   bool
	Made, Settled, Messages int
}

// Sweep asks what every open case, dispute and report owes as of a day, records
// whom that has to be brought to mind, settles the reminders of what was done,
// and writes the messages, all in one transaction with the slot: killed anywhere,
// it has done nothing and may be called again; done, it does nothing more. A case
// that was answered since needs no reminder of the days that are caught up.
func (db *DB) Sweep(ctx context.Context, job SweepJob) (sum Swept, err error) {
	if job.Step == nil {
		job.Step = func(int) {}
	}
	err = db.inTx(ctx, func(t *tx) error {
		sum = Swept{}
		s := &sweep{t: t, job: job}
		job.Step(1)
		fresh, err := t.slot(job.Lease, job.Job, job.Slot, job.Now.UnixMicro())
		if err != nil || !fresh {
			sum.Again = err == nil
			return err
		}
		for i, step := range []func() error{s.prepare, s.gather, s.compare, s.settle, s.insert, s.messages, s.tell} {
			job.Step(i + 2)
			if err := step(); err != nil {
				return err
			}
		}
		job.Step(SweepSteps)
		sum = s.sum
		return nil
	})
	if err != nil {
		return Swept{}, fmt.Errorf("sweep for reminders of %s: %w", job.Slot, err)
	}
	return sum, nil
}

// SweepSteps is how many steps a sweep has.
const SweepSteps = 9

// sweep is one under way.
type sweep struct {
	t      *tx
	job    SweepJob
	sum    Swept
	tree   *cases.Tree
	plans  *plans
	people *people
	wanted map[liveKey]wanted
	done   []int64 // reminders to settle
	fresh  []reminderRow
	digest []byte
}

// liveKey is what one person is reminded of; at most one reminder of it lives.
type liveKey struct {
	User, Agency, Case int64
	Kind               cases.ReminderKind
	Ref                int64
}

type wanted struct {
	due    calendar.Date
	mark   int
	level  string
	urgent bool
	mute   bool // a day off: nobody is told anything new
}

type reminderRow struct {
	ID       int64         `db:"id"`
	Kind     string        `db:"kind"`
	AgencyID int64         `db:"agency_id"`
	CaseID   int64         `db:"case_id"`
	Ref      int64         `db:"ref"`
	Due      calendar.Date `db:"due_on"`
	Mark     int           `db:"mark"`
	User     int64         `db:"user_id"`
	Level    string        `db:"level"`
	Urgent   int           `db:"urgent"`
	Slot     string        `db:"slot"`
}

const reminderColumns = "kind, agency_id, case_id, ref, due_on, mark, user_id, level, urgent, slot"

func (r *reminderRow) values() []any {
	return []any{r.Kind, r.AgencyID, r.CaseID, r.Ref, r.Due, r.Mark, r.User, r.Level, r.Urgent, r.Slot}
}

// order is by what a reminder is, whatever id it got.
func (r *reminderRow) order(o *reminderRow) int {
	return cmp.Or(cmp.Compare(r.User, o.User), cmp.Compare(r.Kind, o.Kind), cmp.Compare(r.AgencyID, o.AgencyID), cmp.Compare(r.CaseID, o.CaseID),
		cmp.Compare(r.Ref, o.Ref), r.Due.Compare(o.Due), cmp.Compare(r.Mark, o.Mark))
}

// reminderDigest is a keyed hash over the reminders of a slot: who adds, changes
// or removes one is found by verify.
func reminderDigest(k *secret.Key, rows []reminderRow) []byte {
	slices.SortFunc(rows, func(a, b reminderRow) int { return a.order(&b) })
	var b []byte
	for _, r := range rows {
		for _, n := range []int64{r.AgencyID, r.CaseID, r.Ref, int64(r.Mark), r.User, int64(r.Urgent)} {
			b = secret.AppendInt(b, n)
		}
		for _, text := range []string{r.Kind, r.Due.String(), r.Level, r.Slot} {
			b = secret.AppendText(b, text)
		}
	}
	return k.ChainMAC("reminders").Sum(nil, b)
}

// prepare reads the tree, the plans and the people of the day.
func (s *sweep) prepare() (err error) {
	if s.tree, err = s.t.db.trees.kept(s.t, s.job.Day); err != nil {
		return err
	}
	if s.plans, err = s.t.readPlans(s.tree, s.job.Day); err != nil {
		return err
	}
	s.people, err = s.t.readPeople(s.tree, s.job.Day)
	s.wanted = map[liveKey]wanted{}
	return err
}

// gather fills in what everybody should be reminded of.
func (s *sweep) gather() error {
	for _, step := range []func() error{s.openCases, s.records, s.reports, s.calendar} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// owedRow is what of an open case's row tells what it owes.
type owedRow struct {
	ID          int64         `db:"id"`
	AgencyID    int64         `db:"agency_id"`
	ReceivedOn  calendar.Date `db:"received_on"`
	State       string        `db:"state"`
	SafeDueOn   calendar.Date `db:"safe_due_on"`
	WaitsUntil  calendar.Date `db:"waits_until"`
	Provisional int           `db:"provisional"`
	Flags       int64         `db:"flags"`
	Officer     int64         `db:"officer_id"`
	Section     int64         `db:"section_id"`
}

func (r *owedRow) row(states map[string]cases.State) cases.Row {
	return cases.Row{ReceivedOn: r.ReceivedOn, State: states[r.State], SafeDueOn: r.SafeDueOn, WaitsUntil: r.WaitsUntil,
		Provisional: r.Provisional == 1, Flags: cases.Flag(r.Flags), Officer: r.Officer, Section: r.Section}
}

const owedColumns = "id, agency_id, received_on, state, safe_due_on, waits_until, provisional, flags, officer_id, section_id"

// openCases goes through the rows of all open cases; few need their record.
func (s *sweep) openCases() error {
	states := map[string]cases.State{}
	for _, x := range cases.States() {
		states[x.Code()] = x
	}
	open, err := s.t.owedRows("SELECT " + owedColumns + " FROM cases WHERE answered_on = ''")
	if err != nil {
		return err
	}
	for i := range open {
		r := &open[i]
		p, err := s.plans.of(r.AgencyID)
		if err != nil {
			return err
		}
		row := r.row(states)
		if row.NeedsRecord() {
			s.plans.records = append(s.plans.records, r.ID)
		}
		for _, o := range row.Owed(p.cal) {
			s.want(p, r.ID, r.Officer, r.Section, o)
		}
	}
	return nil
}

// owedRows reads rows without reflection: there may be tens of thousands.
func (t *tx) owedRows(query string) (out []owedRow, err error) {
	rows, err := t.QueryxContext(t.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the open cases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r owedRow
		if err := rows.Scan(&r.ID, &r.AgencyID, &r.ReceivedOn, &r.State, &r.SafeDueOn, &r.WaitsUntil, &r.Provisional, &r.Flags, &r.Officer, &r.Section); err != nil {
			return nil, fmt.Errorf("read the open cases: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// records looks into the cases whose rows do not tell all.
func (s *sweep) records() error {
	var more []int64
	if err := s.t.Select(&more, `SELECT DISTINCT e.case_id FROM events e JOIN cases c ON c.id = e.case_id
		WHERE e.kind IN ('co_asked', 'consult_sent') AND c.answered_on = ''
		UNION SELECT case_id FROM disputes WHERE closed_on = ''`); err != nil {
		return fmt.Errorf("look for what sections and disputes owe: %w", err)
	}
	ids := append(s.plans.records, more...)
	slices.Sort(ids)
	for part := range slices.Chunk(slices.Compact(ids), 500) {
		var rows []caseRow
		if err := s.t.SelectIn(&rows, "SELECT id, agency_id, officer_id, section_id FROM cases WHERE id IN (?) ORDER BY id", part); err != nil {
			return fmt.Errorf("read cases: %w", err)
		}
		all, err := s.t.loadEvents(rows)
		if err != nil {
			return err
		}
		for i := range all {
			c, err := all[i].domain(nil)
			if err != nil {
				return err
			}
			p, err := s.plans.of(c.AgencyID)
			if err != nil {
				return err
			}
			for _, o := range cases.OwedByRecord(cases.Timeline(c.Events, 0), p.cal) {
				s.want(p, c.ID, all[i].row.Officer, all[i].row.Section, o)
			}
		}
	}
	return nil
}

// want notes whom a thing that is owed has to be brought to mind on the day.
func (s *sweep) want(p *plan, caseID, officer, section int64, o cases.Owed) {
	left := p.cal.Count(s.job.Day, o.Due)
	if o.Kind.Passes() && left < 0 {
		return
	}
	mark, reached := p.reminders.Marks[o.Kind].At(left)
	if !reached {
		return
	}
	w := wanted{due: o.Due, mark: mark, urgent: o.Kind.Urgent(left), mute: !p.working}
	for _, to := range s.people.of(p, officer, section, o, left) {
		key := liveKey{User: to.user, Agency: p.agency, Case: caseID, Kind: o.Kind, Ref: int64(o.Ref)}
		if _, told := s.wanted[key]; !told {
			w.level = to.level
			s.wanted[key] = w
		}
	}
}

// reports notes which agencies still owe their annual report, or its 预审.
func (s *sweep) reports() error {
	year, month, _ := s.job.Day.YMD()
	if month > time.June {
		return nil // the season is over: what is missing stands on the board
	}
	var done []struct {
		Agency int64  `db:"agency_id"`
		Sent   string `db:"published_on"`
	}
	if err := s.t.Select(&done, `SELECT agency_id, published_on FROM returns WHERE year = ?
		UNION ALL SELECT agency_id, '' AS published_on FROM return_proposals WHERE year = ?
		UNION ALL SELECT agency_id, 'outside' AS published_on FROM outside_returns WHERE year = ? AND data <> ''`, year-1, year-1, year-1); err != nil {
		return fmt.Errorf("look which annual reports are there: %w", err)
	}
	checked, published := map[int64]bool{}, map[int64]bool{}
	for _, d := range done {
		checked[d.Agency] = true
		published[d.Agency] = published[d.Agency] || d.Sent != ""
	}
	begun, err := s.t.begun()
	if err != nil {
		return err
	}
	below := map[int64]calendar.Date{} // by who has to see to those that nobody works in: the earliest day
	for _, a := range s.tree.All() {
		p, err := s.plans.of(a.ID)
		if err != nil {
			return err
		}
		term := p.annual.Of(a.Kind)
		for _, o := range []struct {
			kind cases.ReminderKind
			due  calendar.Date
			done bool
		}{{cases.RemindPrecheck, term.Precheck.In(year), checked[a.ID]}, {cases.RemindPublish, term.Publish.In(year), published[a.ID]}} {
			switch {
			case o.done || o.due.Before(begun) || o.due.IsZero():
			case s.people.works(a.ID):
				s.want(p, 0, 0, 0, cases.Owed{Kind: o.kind, Ref: year - 1, Due: o.due})
			default:
				above := s.people.nearest(p)
				if first, known := below[above]; !known || o.due.Before(first) {
					below[above] = o.due
				}
			}
		}
	}
	return s.reportsBelow(below, year-1)
}

// reportsBelow reminds once of all reports that agencies without accounts still
// owe, as of their earliest day: they send them to the office above.
func (s *sweep) reportsBelow(below map[int64]calendar.Date, year int) error {
	for agency, due := range below {
		if agency == 0 {
			continue // nobody works above them either
		}
		p, err := s.plans.of(agency)
		if err != nil {
			return err
		}
		s.want(p, 0, 0, 0, cases.Owed{Kind: cases.RemindBelow, Ref: year, Due: due})
	}
	return nil
}

// begun is the day on which this installation was made: what was due before is not
// its business.
func (t *tx) begun() (calendar.Date, error) {
	var text string
	if err := t.Get(&text, "SELECT value FROM meta WHERE key = 'made_at'"); err != nil {
		return calendar.Date{}, fmt.Errorf("read when the database was made: %w", err)
	}
	at, err := strconv.ParseInt(text, 10, 64)
	return calendar.FromTime(time.UnixMicro(at).UTC().Add(8 * time.Hour)), err
}

// calendar asks for the next year's notice: weekly from November, daily from
// December on, until it is there.
func (s *sweep) calendar() error {
	year, month, _ := s.job.Day.YMD()
	if month >= time.November {
		year++
	}
	if !s.t.book.Latest().Provisional(calendar.Of(year, time.January, 1)) {
		return nil
	}
	p := s.plans.house()
	s.want(p, 0, 0, 0, cases.Owed{Kind: cases.RemindCalendar, Ref: year, Due: calendar.Of(year-1, time.December, 1)})
	return nil
}

// compare holds what is wanted against the reminders that live.
func (s *sweep) compare() error {
	kinds := map[string]cases.ReminderKind{}
	for _, k := range cases.ReminderKinds() {
		kinds[k.Code()] = k
	}
	rows, err := s.t.QueryxContext(s.t.ctx, "SELECT id, kind, agency_id, case_id, ref, due_on, mark, user_id FROM reminders WHERE settled_at = 0")
	if err != nil {
		return fmt.Errorf("read the reminders that live: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r reminderRow
		if err := rows.Scan(&r.ID, &r.Kind, &r.AgencyID, &r.CaseID, &r.Ref, &r.Due, &r.Mark, &r.User); err != nil {
			return fmt.Errorf("read the reminders that live: %w", err)
		}
		key := liveKey{User: r.User, Agency: r.AgencyID, Case: r.CaseID, Kind: kinds[r.Kind], Ref: r.Ref}
		w, found := s.wanted[key]
		switch {
		case found && (w.mute || w.due == r.Due && w.mark == r.Mark):
			delete(s.wanted, key)
		default:
			s.done = append(s.done, r.ID)
		}
	}
	for key, w := range s.wanted {
		if !w.mute {
			s.fresh = append(s.fresh, reminderRow{Kind: key.Kind.Code(), AgencyID: key.Agency, CaseID: key.Case, Ref: key.Ref, Due: w.due, Mark: w.mark,
				User: key.User, Level: w.level, Urgent: yes(w.urgent), Slot: s.job.Slot})
		}
	}
	slices.SortFunc(s.fresh, func(a, b reminderRow) int { return a.order(&b) })
	return rows.Err()
}

// settle ends what was done or is told anew.
func (s *sweep) settle() error {
	for part := range slices.Chunk(s.done, 10_000) {
		// The engine may go through all that live for each statement: there are few.
		if err := s.t.execIn("UPDATE reminders SET settled_at = ? WHERE settled_at = 0 AND id IN (?)", s.job.Now.UnixMicro(), part); err != nil {
			return fmt.Errorf("settle reminders: %w", err)
		}
	}
	s.sum.Settled = len(s.done)
	return nil
}

const reminderKey = "user_id, kind, agency_id, case_id, ref, due_on, mark"

// insert writes the new reminders. One that was told before, for the same day and
// mark (the day had moved and came back), lives again and is not told twice.
func (s *sweep) insert() error {
	b := newBulk(s.t, "reminders", reminderColumns+", made_at", " ON CONFLICT ("+reminderKey+") DO NOTHING")
	for i := range s.fresh {
		if err := b.add(append(s.fresh[i].values(), s.job.Now.UnixMicro())...); err != nil {
			return fmt.Errorf("write reminders: %w", err)
		}
	}
	if err := b.flush(); err != nil {
		return fmt.Errorf("write reminders: %w", err)
	}
	made := s.fresh
	if b.wrote < int64(len(made)) {
		var err error
		if made, err = s.revive(); err != nil {
			return err
		}
	}
	s.sum.Made = len(made)
	s.digest = reminderDigest(s.t.db.key, made)
	return nil
}

// revive makes those of the new reminders live again that were told before, and
// gives those that were not. It is rare: hence not one statement with insert, which
// would have to read back what it has just written.
func (s *sweep) revive() (made []reminderRow, err error) {
	for part := range slices.Chunk(s.fresh, 300) {
		args := make([]any, 0, len(part)*11)
		for i := range part {
			args = append(append(args, part[i].values()...), s.job.Now.UnixMicro())
		}
		var back []reminderRow
		if err := s.t.Select(&back, "INSERT INTO reminders ("+reminderColumns+", made_at) VALUES "+placeholders(len(part), 11)+`
			ON CONFLICT (`+reminderKey+`) DO UPDATE SET settled_at = 0 RETURNING id, `+reminderColumns, args...); err != nil {
			return nil, fmt.Errorf("write reminders: %w", err)
		}
		for _, r := range back {
			if r.Slot == s.job.Slot {
				made = append(made, r)
			}
		}
	}
	return made, nil
}

// tell notes the slot in the audit, with a hash over what it made. An hour in
// which nothing happened leaves no line.
func (s *sweep) tell() error {
	if s.sum.Made == 0 && s.sum.Messages == 0 && s.job.Urgent {
		return nil
	}
	stamp := cases.Stamp{At: s.job.Now.UnixMicro(), By: "job:" + s.job.Job, Today: s.job.Day}
	return s.t.audit(SystemChain, stamp, Entry{Act: "reminded", Object: "slot", Detail: map[string]any{"slot": s.job.Slot,
		"made": s.sum.Made, "messages": s.sum.Messages, "digest": hex.EncodeToString(s.digest)}})
}
