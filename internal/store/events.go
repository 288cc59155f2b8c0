package store

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const eventColumns = "case_id, seq, kind, happened_on, recorded_at, recorded_by, history, replaces, data, mac"

// eventRow is an event as it is stored.
type eventRow struct {
	CaseID     int64         `db:"case_id"`
	Seq        int           `db:"seq"`
	Kind       string        `db:"kind"`
	HappenedOn calendar.Date `db:"happened_on"`
	RecordedAt int64         `db:"recorded_at"`
	RecordedBy string        `db:"recorded_by"`
	History    int           `db:"history"`
	Replaces   int           `db:"replaces"`
	Data       string        `db:"data"`
	MAC        []byte        `db:"mac"`
}

// encodeEvent makes the stored form with its mac.
func (t *tx) encodeEvent(agency, caseID int64, e cases.Event) (eventRow, error) {
	data, err := cases.EncodeFact(e.Fact)
	if err != nil {
		return eventRow{}, fmt.Errorf("encode event %d of case %d: %w", e.Seq, caseID, err)
	}
	r := eventRow{CaseID: caseID, Seq: e.Seq, Kind: e.Fact.Kind(), HappenedOn: e.On, RecordedAt: e.At,
		RecordedBy: e.By, History: number(e.History), Replaces: e.Replaces, Data: string(data)}
	r.MAC = t.eventMAC(agency, r)
	return r, nil
}

// eventMAC covers the event, its place, and the agency whose case it is.
func (t *tx) eventMAC(agency int64, r eventRow) []byte {
	b := secret.AppendInt(t.hash.buf[:0], agency)
	b = secret.AppendInt(b, r.CaseID)
	b = secret.AppendInt(b, int64(r.Seq))
	b = secret.AppendText(b, r.Kind)
	b = secret.AppendText(b, r.HappenedOn.String())
	b = secret.AppendInt(b, r.RecordedAt)
	b = secret.AppendText(b, r.RecordedBy)
	b = secret.AppendInt(b, int64(r.History))
	b = secret.AppendInt(b, int64(r.Replaces))
	b = secret.AppendText(b, r.Data)
	t.hash.buf = b
	return t.hash.event.Sum(nil, b)
}

func (r eventRow) decode() (cases.Event, error) {
	fact, err := cases.DecodeFact(r.Kind, []byte(r.Data))
	if err != nil {
		return cases.Event{}, fmt.Errorf("event %d of case %d: %w", r.Seq, r.CaseID, err)
	}
	return cases.Event{Seq: r.Seq, On: r.HappenedOn, At: r.RecordedAt, By: r.RecordedBy,
		History: r.History != 0, Replaces: r.Replaces, Fact: fact}, nil
}

func (r eventRow) values() []any {
	return []any{r.CaseID, r.Seq, r.Kind, r.HappenedOn, r.RecordedAt, r.RecordedBy, r.History, r.Replaces, r.Data, r.MAC}
}

// number writes yes and no as the database keeps them.
func number(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
