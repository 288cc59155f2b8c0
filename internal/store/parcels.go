package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const parcelColumns = `id, agency_id, carrier, mail_number, sender, arrived_on, logged_at, logged_by, came_from, fate, case_id,
	to_agency, to_name, reason, settled_on, settled_at, settled_by, mac`

// parcelRow is a line of parcels.
type parcelRow struct {
	ID        int64         `db:"id"`
	AgencyID  int64         `db:"agency_id"`
	Carrier   string        `db:"carrier"`
	Mail      string        `db:"mail_number"`
	Sender    string        `db:"sender"`
	ArrivedOn calendar.Date `db:"arrived_on"`
	LoggedAt  int64         `db:"logged_at"`
	LoggedBy  string        `db:"logged_by"`
	CameFrom  int64         `db:"came_from"`
	Fate      string        `db:"fate"`
	CaseID    int64         `db:"case_id"`
	ToAgency  int64         `db:"to_agency"`
	ToName    string        `db:"to_name"`
	Reason    string        `db:"reason"`
	SettledOn calendar.Date `db:"settled_on"`
	SettledAt int64         `db:"settled_at"`
	SettledBy string        `db:"settled_by"`
	MAC       []byte        `db:"mac"`
}

func (r parcelRow) domain() (cases.Parcel, error) {
	p := cases.Parcel{ID: r.ID, AgencyID: r.AgencyID, Mail: r.Mail, Sender: r.Sender, ArrivedOn: r.ArrivedOn, LoggedAt: r.LoggedAt, LoggedBy: r.LoggedBy,
		CameFrom: r.CameFrom, SettledAt: r.SettledAt, SettledBy: r.SettledBy,
		Settled: cases.Settled{Fate: r.Fate, CaseID: r.CaseID, ToAgency: r.ToAgency, ToName: r.ToName, Reason: r.Reason, On: r.SettledOn}}
	var err error
	if p.Carrier, err = cases.ParseCarrier(r.Carrier); err != nil {
		err = fmt.Errorf("read parcel %d: %w", r.ID, err)
	}
	return p, err
}

// parcelMAC covers everything but the id, which the database gives.
func (t *tx) parcelMAC(r parcelRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "parcel")
	for _, n := range []int64{r.AgencyID, r.LoggedAt, r.CameFrom, r.CaseID, r.ToAgency, r.SettledAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Carrier, r.Mail, r.Sender, r.ArrivedOn.String(), r.LoggedBy, r.Fate, r.ToName, r.Reason, r.SettledOn.String(), r.SettledBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// AddParcel logs what arrived and gives its id. Conflict: its number was logged
// already.
func (db *DB) AddParcel(ctx context.Context, s cases.Stamp, p cases.Parcel) (id int64, err error) {
	switch {
	case p.Carrier.Code() == "":
		return 0, Fail(Invalid, "没有选择寄递方式。")
	case p.ArrivedOn.IsZero():
		return 0, Fail(Invalid, "没有填写到达日期。")
	case p.ArrivedOn.After(s.Today):
		return 0, Fail(Invalid, "到达日期%s在今天之后；只能登记已经到达的邮件。", p.ArrivedOn.Chinese())
	}
	err = db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		id, err = t.addParcel(s, parcelRow{AgencyID: p.AgencyID, Carrier: p.Carrier.Code(), Mail: p.Mail, Sender: p.Sender,
			ArrivedOn: p.ArrivedOn, LoggedAt: s.At, LoggedBy: s.By, CameFrom: p.CameFrom})
		return err
	})
	if duplicate(err) {
		return 0, &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("邮件号“%s”已经登记过；请在收发登记中查找，不要重复登记。", p.Mail)}
	}
	return id, err
}

func (t *tx) addParcel(s cases.Stamp, r parcelRow) (id int64, err error) {
	if err := t.Get(&id, `INSERT INTO parcels (agency_id, carrier, mail_number, sender, arrived_on, logged_at, logged_by, came_from, mac)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, r.AgencyID, r.Carrier, r.Mail, r.Sender, r.ArrivedOn, r.LoggedAt, r.LoggedBy, r.CameFrom, t.parcelMAC(r)); err != nil {
		return 0, fmt.Errorf("log a parcel: %w", err)
	}
	return id, t.audit(r.AgencyID, s, Entry{Act: "parcel_logged", Object: "parcel", ObjectID: id,
		Detail: map[string]any{"carrier": r.Carrier, "arrived_on": r.ArrivedOn, "came_from": r.CameFrom}})
}

// Parcel gives one.
func (db *DB) Parcel(ctx context.Context, id int64) (p cases.Parcel, err error) {
	err = db.look(ctx, func(t *tx) error {
		r, err := t.parcel(id, "SELECT "+parcelColumns+" FROM parcels WHERE id = ?")
		if err == nil {
			p, err = r.domain()
		}
		return err
	})
	return p, err
}

func (t *tx) parcel(id int64, query string) (r parcelRow, err error) {
	err = t.Get(&r, query, id)
	if errors.Is(err, sql.ErrNoRows) {
		return r, Fail(NotFound, "找不到这一件来件。")
	}
	if err != nil {
		return r, fmt.Errorf("read a parcel: %w", err)
	}
	return r, nil
}

// Parcels lists what an agency logged as arrived on a day, and before it whatever
// waits since an earlier one: the red list. Oldest first.
func (db *DB) Parcels(ctx context.Context, agency int64, day calendar.Date) (waiting, today []cases.Parcel, err error) {
	var rows []parcelRow
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&rows, "SELECT "+parcelColumns+" FROM parcels WHERE agency_id = ? AND arrived_on = ? UNION ALL SELECT "+parcelColumns+
			" FROM parcels WHERE agency_id = ? AND arrived_on < ? AND fate = '' ORDER BY arrived_on, id", agency, day, agency, day)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the parcels: %w", err)
	}
	for _, r := range rows {
		p, err := r.domain()
		if err != nil {
			return nil, nil, err
		}
		if p.ArrivedOn == day {
			today = append(today, p)
		} else {
			waiting = append(waiting, p)
		}
	}
	return waiting, today, nil
}

// CountParcels counts what waits at some agencies: all, and what arrived before a
// day.
func (db *DB) CountParcels(ctx context.Context, agencies []int64, day calendar.Date) (open, late int, err error) {
	if len(agencies) == 0 {
		return 0, 0, nil
	}
	var n struct {
		Open int `db:"open_n"`
		Late int `db:"late_n"`
	}
	err = db.look(ctx, func(t *tx) error {
		var rows []struct {
			Open int `db:"open_n"`
			Late int `db:"late_n"`
		}
		err := t.SelectIn(&rows, `SELECT COUNT(*) AS open_n, COUNT(CASE WHEN arrived_on < '`+day.String()+`' THEN 1 END) AS late_n
			FROM parcels WHERE fate = '' AND agency_id IN (?)`, agencies)
		if err == nil && len(rows) == 1 {
			n = rows[0]
		}
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count the parcels: %w", err)
	}
	return n.Open, n.Late, nil
}

// SettleParcel records what became of a parcel. One passed on inside the tree is
// logged at the other agency in the same transaction, as arrived on the day of
// passing. The domain's refusals come back as they are; Conflict: somebody else
// settled it.
func (db *DB) SettleParcel(ctx context.Context, s cases.Stamp, id int64, to cases.Settled) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.settleParcel(s, id, to)
	})
}

func (t *tx) settleParcel(s cases.Stamp, id int64, to cases.Settled) error {
	r, err := t.parcel(id, "UPDATE parcels SET fate = fate WHERE id = ? RETURNING "+parcelColumns)
	if err != nil {
		return err
	}
	p, err := r.domain()
	if err != nil {
		return err
	}
	if p.Fate != "" {
		return Fail(Conflict, "这一件已由他人处理（%s）；请刷新收发登记核对。", p.FateLabel())
	}
	if err := p.Settle(s, to); err != nil {
		return err
	}
	r.Fate, r.CaseID, r.ToAgency, r.ToName, r.Reason, r.SettledOn, r.SettledAt, r.SettledBy = to.Fate, to.CaseID, to.ToAgency, to.ToName, to.Reason, to.On, s.At, s.By
	if _, err := t.Exec(`UPDATE parcels SET fate = ?, case_id = ?, to_agency = ?, to_name = ?, reason = ?, settled_on = ?, settled_at = ?, settled_by = ?, mac = ? WHERE id = ?`,
		r.Fate, r.CaseID, r.ToAgency, r.ToName, r.Reason, r.SettledOn, r.SettledAt, r.SettledBy, t.parcelMAC(r), id); err != nil {
		return fmt.Errorf("settle a parcel: %w", err)
	}
	if err := t.audit(r.AgencyID, s, Entry{Act: "parcel_settled", Object: "parcel", ObjectID: id,
		Detail: map[string]any{"fate": r.Fate, "case": r.CaseID, "to_agency": r.ToAgency, "on": r.SettledOn}}); err != nil {
		return err
	}
	if to.Fate != "inside" {
		return nil
	}
	_, err = t.addParcel(s, parcelRow{AgencyID: to.ToAgency, Carrier: r.Carrier, Mail: r.Mail, Sender: r.Sender, ArrivedOn: to.On,
		LoggedAt: s.At, LoggedBy: s.By, CameFrom: id})
	if duplicate(err) {
		return &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("接收机关已登记过邮件号“%s”；请与其核对。", r.Mail)}
	}
	return err
}

// parcels holds each parcel against its mac, and its case against the register.
func (v *verifier) parcels() error {
	var rows []parcelRow
	if err := v.t.Select(&rows, "SELECT "+parcelColumns+" FROM parcels ORDER BY id"); err != nil {
		return fmt.Errorf("read parcels: %w", err)
	}
	for _, r := range rows {
		if name := fmt.Sprintf("id=%d", r.ID); !secret.Equal(r.MAC, v.t.parcelMAC(r)) {
			v.found("parcels", name, "mac", "收发登记第 %d 条与其校验码不符：登记后被改动过。", r.ID)
		}
	}
	return nil
}
