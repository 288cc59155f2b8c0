package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const serviceColumns = `case_id, place, letter, way, carrier, number, posted_on, sent_on, opened_on, signed_on, published_on, signer,
	failed_on, failure, again, recorded_at, recorded_by, version, mac`

// serviceRow is a line of services.
type serviceRow struct {
	CaseID    int64         `db:"case_id"`
	Place     int           `db:"place"`
	Letter    int           `db:"letter"`
	Way       string        `db:"way"`
	Carrier   string        `db:"carrier"`
	Number    string        `db:"number"`
	Posted    calendar.Date `db:"posted_on"`
	Sent      calendar.Date `db:"sent_on"`
	Opened    calendar.Date `db:"opened_on"`
	Signed    calendar.Date `db:"signed_on"`
	Published calendar.Date `db:"published_on"`
	Signer    string        `db:"signer"`
	Failed    calendar.Date `db:"failed_on"`
	Failure   string        `db:"failure"`
	Again     int           `db:"again"`
	At        int64         `db:"recorded_at"`
	By        string        `db:"recorded_by"`
	Version   int64         `db:"version"`
	MAC       []byte        `db:"mac"`
}

func serviceOf(s cases.Service) serviceRow {
	return serviceRow{CaseID: s.CaseID, Place: s.Place, Letter: s.Letter, Way: s.Way.Code(), Carrier: s.Carrier, Number: s.Number, Posted: s.Posted, Sent: s.Sent,
		Opened: s.Opened, Signed: s.Signed, Published: s.Published, Signer: s.By, Failed: s.Failed, Failure: s.Failure.Code(), Again: s.Again,
		At: s.At, By: s.Recorded, Version: s.Version}
}

func (r serviceRow) domain() (cases.Service, error) {
	way, err := cases.ParseServiceWay(r.Way)
	if err != nil {
		return cases.Service{}, fmt.Errorf("read a service of case %d: %w", r.CaseID, err)
	}
	failure, err := cases.ParseFailure(r.Failure)
	if err != nil {
		return cases.Service{}, fmt.Errorf("read a service of case %d: %w", r.CaseID, err)
	}
	return cases.Service{CaseID: r.CaseID, Place: r.Place, Letter: r.Letter, Way: way, Carrier: r.Carrier, Number: r.Number, Posted: r.Posted, Sent: r.Sent,
		Opened: r.Opened, Signed: r.Signed, Published: r.Published, By: r.Signer, Failed: r.Failed, Failure: failure, Again: r.Again,
		At: r.At, Recorded: r.By, Version: r.Version}, nil
}

func (t *tx) serviceMAC(r serviceRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "service")
	for _, n := range []int64{r.CaseID, int64(r.Place), int64(r.Letter), int64(r.Again), r.At, r.Version} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Way, r.Carrier, r.Number, r.Posted.String(), r.Sent.String(), r.Opened.String(), r.Signed.String(), r.Published.String(),
		r.Signer, r.Failed.String(), r.Failure, r.By} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (t *tx) services(caseID int64) ([]cases.Service, error) {
	var rows []serviceRow
	if err := t.Select(&rows, "SELECT "+serviceColumns+" FROM services WHERE case_id = ? ORDER BY place", caseID); err != nil {
		return nil, fmt.Errorf("read the services of case %d: %w", caseID, err)
	}
	var out []cases.Service
	for _, r := range rows {
		s, err := r.domain()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// Services lists the attempts of a case, by place.
func (db *DB) Services(ctx context.Context, caseID int64) (out []cases.Service, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.services(caseID)
		return err
	})
	return out, err
}

// Service is an attempt to be recorded.
type Service struct {
	cases.Service
	Form Submission // of the form that made it; the zero value where an old one is changed
	// Answer, if not nil, answers the signed decision on the day on which the
	// attempt gives it.
	Answer func(*cases.Case, calendar.Date) error
}

// Serve records an attempt (Place 0) or what became of one (its place; Version as
// it was read, or Conflict), and makes the day of the answer agree with it, all in
// one transaction. The domain's refusals come back as they are. It reports whether
// the answer moved to another day. A form sent twice records nothing more.
func (db *DB) Serve(ctx context.Context, s cases.Stamp, caseID int64, in Service) (moved bool, err error) {
	err = db.inTx(ctx, func(t *tx) error {
		if in.Form.Key != "" {
			if _, already, err := t.spent(s, in.Form); err != nil || already {
				return err
			}
			if err := t.spend(s, in.Form); err != nil {
				return err
			}
		}
		agency, entry := int64(0), Entry{}
		if err := t.updateAll(s, []Edit{{caseID, 0}}, func(c *cases.Case) error {
			agency = c.AgencyID
			all, err := t.services(caseID)
			if err != nil {
				return err
			}
			if all, entry, err = t.putService(s, caseID, in.Service, all); err != nil {
				return err
			}
			moved, err = t.give(s, c, all, in)
			return err
		}); err != nil {
			return err
		}
		return t.audit(agency, s, entry)
	})
	if duplicate(err) && in.Form.Key != "" {
		_, _, err = db.madeBy(ctx, s, in.Form, err) // the other sending was first
	}
	return moved, err
}

// give answers the case if the attempts give its answer, and makes the record
// agree with them.
func (t *tx) give(s cases.Stamp, c *cases.Case, all []cases.Service, in Service) (moved bool, err error) {
	answers := ofAnswer(all)
	if by, ok := cases.GivenBy(answers, s.Today); ok && in.Answer != nil && in.Letter == 0 {
		if err := t.original(c.ID); err != nil {
			return false, err
		}
		if err := t.released(c.ID); err != nil {
			return false, err
		}
		if err := in.Answer(c, by.Given()); err != nil {
			return false, err
		}
	}
	return c.Given(s, answers)
}

// ofAnswer gives the attempts that are about the answer.
func ofAnswer(all []cases.Service) []cases.Service {
	return slices.DeleteFunc(slices.Clone(all), func(s cases.Service) bool { return s.Letter != 0 })
}

// putService writes a new attempt, or the next version of one; it gives all, and
// what the audit has to say, which comes last.
func (t *tx) putService(s cases.Stamp, caseID int64, in cases.Service, all []cases.Service) ([]cases.Service, Entry, error) {
	in.CaseID, in.At, in.Recorded = caseID, s.At, s.By
	entry := Entry{Act: "service_recorded", Object: "case", ObjectID: caseID}
	if in.Place == 0 {
		in.Place, in.Version = len(all)+1, 1
		if in.Again < 0 || in.Again > len(all) {
			return nil, Entry{}, Fail(Invalid, "要重送的那一次送达不存在，请刷新页面。")
		}
		if in.Letter != 0 {
			if err := t.issued(caseID, in.Letter); err != nil {
				return nil, Entry{}, err
			}
		}
		all = append(all, in)
	} else {
		if in.Place > len(all) {
			return nil, Entry{}, Fail(NotFound, "找不到这一次送达。")
		}
		old := all[in.Place-1]
		if in.Version != old.Version {
			return nil, Entry{}, Fail(Conflict, "这一次送达刚由他人更改过；请核对后再提交。")
		}
		in.Version, in.Letter, in.Again = old.Version+1, old.Letter, old.Again
		entry = Entry{Act: "service_changed", Object: "case", ObjectID: caseID}
		all[in.Place-1] = in
	}
	var before []cases.Service
	for _, b := range all {
		if b.Letter == in.Letter && b.Place < in.Place {
			before = append(before, b)
		}
	}
	if err := in.Check(s.Today, before); err != nil {
		return nil, Entry{}, err
	}
	r := serviceOf(in)
	if _, err := t.Exec("INSERT INTO services ("+serviceColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (case_id, place) DO UPDATE SET way = excluded.way, carrier = excluded.carrier, number = excluded.number, posted_on = excluded.posted_on,
		sent_on = excluded.sent_on, opened_on = excluded.opened_on, signed_on = excluded.signed_on, published_on = excluded.published_on, signer = excluded.signer,
		failed_on = excluded.failed_on, failure = excluded.failure, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by,
		version = excluded.version, mac = excluded.mac`, r.CaseID, r.Place, r.Letter, r.Way, r.Carrier, r.Number, r.Posted, r.Sent, r.Opened, r.Signed, r.Published, r.Signer,
		r.Failed, r.Failure, r.Again, r.At, r.By, r.Version, t.serviceMAC(r)); err != nil {
		return nil, Entry{}, fmt.Errorf("record a service: %w", err)
	}
	entry.Detail = map[string]any{"place": r.Place, "version": r.Version, "letter": r.Letter, "way": r.Way,
		"posted_on": r.Posted, "sent_on": r.Sent, "opened_on": r.Opened, "signed_on": r.Signed, "published_on": r.Published, "failed_on": r.Failed, "failure": r.Failure}
	return all, entry, nil
}

// servicesAgree holds each attempt against its mac, and the number of them against
// what the audit knows.
func (v *verifier) servicesAgree() error {
	var rows []serviceRow
	if err := v.t.Select(&rows, "SELECT "+serviceColumns+" FROM services ORDER BY case_id, place"); err != nil {
		return fmt.Errorf("read the services: %w", err)
	}
	have := map[int64]int64{}
	for _, r := range rows {
		have[r.CaseID]++
		if !secret.Equal(r.MAC, v.t.serviceMAC(r)) {
			v.found("services", fmt.Sprintf("case_id=%d, place=%d", r.CaseID, r.Place), "mac", "第 %d 件的第 %d 次送达与其校验码不符：登记后被改动过。", r.CaseID, r.Place)
		}
	}
	return v.againstAudit("services", "service_recorded", have, "次送达")
}

// againstAudit compares how many rows each case has with how often the audit says that
// one was added.
func (v *verifier) againstAudit(table, act string, have map[int64]int64, what string) error {
	var noted []struct {
		ID int64 `db:"object_id"`
		N  int64 `db:"n"`
	}
	if err := v.t.Select(&noted, "SELECT object_id, COUNT(*) AS n FROM audit WHERE object = 'case' AND act = ? GROUP BY object_id ORDER BY object_id", act); err != nil {
		return fmt.Errorf("count in the audit: %w", err)
	}
	for _, n := range noted {
		if have[n.ID] != n.N {
			v.found(table, fmt.Sprintf("case_id=%d", n.ID), "", "第 %d 件应有%d%s，现有%d%s。", n.ID, n.N, what, have[n.ID], what)
		}
		delete(have, n.ID)
	}
	for id, n := range have {
		v.found(table, fmt.Sprintf("case_id=%d", id), "", "第 %d 件有%d%s，操作日志里没有。", id, n, what)
	}
	return nil
}
