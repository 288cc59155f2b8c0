package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// SpotCheck is one drawing of answers (答复抽查).
type SpotCheck struct {
	ID       int64         `db:"id"`
	AgencyID int64         `db:"agency_id"`
	From     calendar.Date `db:"from_on"`
	To       calendar.Date `db:"to_on"`
	N        int           `db:"n"`
	Pool     int           `db:"pool"`
	Seed     string        `db:"seed"`
	DrawnAt  int64         `db:"drawn_at"`
	DrawnBy  string        `db:"drawn_by"`
	MAC      []byte        `db:"mac"`
}

// SpotCase is one of the answers that were drawn.
type SpotCase struct {
	CheckID  int64
	Place    int
	CaseID   int64
	Scores   cases.Scores // nil: not scored yet
	Remark   string
	ScoredAt int64
	ScoredBy string
	Version  int64
}

const (
	spotColumns     = "id, agency_id, from_on, to_on, n, pool, seed, drawn_at, drawn_by, mac"
	spotCaseColumns = "check_id, place, case_id, scores, remark, scored_at, scored_by, version, mac"
)

type spotCaseRow struct {
	CheckID  int64  `db:"check_id"`
	Place    int    `db:"place"`
	CaseID   int64  `db:"case_id"`
	Scores   string `db:"scores"`
	Remark   string `db:"remark"`
	ScoredAt int64  `db:"scored_at"`
	ScoredBy string `db:"scored_by"`
	Version  int64  `db:"version"`
	MAC      []byte `db:"mac"`
}

func (r spotCaseRow) domain() (SpotCase, error) {
	out := SpotCase{CheckID: r.CheckID, Place: r.Place, CaseID: r.CaseID, Remark: r.Remark, ScoredAt: r.ScoredAt, ScoredBy: r.ScoredBy, Version: r.Version}
	if r.Scores == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(r.Scores), &out.Scores); err != nil {
		return out, fmt.Errorf("read the scores of check %d: %w", r.CheckID, err)
	}
	return out, nil
}

func (t *tx) spotMAC(x SpotCheck) []byte {
	b := secret.AppendText(t.hash.buf[:0], "spot check")
	for _, n := range []int64{x.AgencyID, int64(x.N), int64(x.Pool), x.DrawnAt} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{x.From.String(), x.To.String(), x.Seed, x.DrawnBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

func (t *tx) spotCaseMAC(r spotCaseRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "spot check case")
	for _, n := range []int64{r.CheckID, int64(r.Place), r.CaseID, r.ScoredAt, r.Version} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Scores, r.Remark, r.ScoredBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// DrawSpotCheck draws n answers that some agencies gave in a period, by a seed:
// the same of the same register for ever. Endings that are no answers are not
// drawn. Once for a form. Invalid: no answers, no seed, a number or a period that
// can't be.
func (db *DB) DrawSpotCheck(ctx context.Context, s cases.Stamp, sub Submission, x SpotCheck, agencies []int64) (id int64, err error) {
	switch {
	case x.N < 1 || x.N > cases.MostSpotChecked:
		return 0, Fail(Invalid, "抽查件数应为1至%d。", cases.MostSpotChecked)
	case x.From.IsZero() || x.To.Before(x.From):
		return 0, Fail(Invalid, "答复日期的起止没有填写，或止在起之前。")
	case strings.TrimSpace(x.Seed) == "" || len([]rune(x.Seed)) > 40:
		return 0, Fail(Invalid, "抽取号没有填写，或超过40字；任写一串数字或文字，记下即可重新抽出同样的办件。")
	}
	err = db.inTx(ctx, func(t *tx) error {
		already := false
		if id, already, err = t.spent(s, sub); err != nil || already {
			return err
		}
		if err := t.spend(s, sub); err != nil {
			return err
		}
		if id, err = t.drawSpotCheck(s, x, agencies); err != nil {
			return err
		}
		return t.spentOn(s, sub, id)
	})
	if duplicate(err) {
		id, _, err = db.madeBy(ctx, s, sub, err)
	}
	return id, err
}

// answeredIds lists the answers that some agencies gave in a period.
func (t *tx) answeredIds(agencies []int64, from, to calendar.Date) (ids []int64, err error) {
	var codes []string
	for _, o := range cases.Outcomes() {
		if o.CountsAsAnswer() {
			codes = append(codes, "'"+o.Code()+"'")
		}
	}
	err = t.SelectIn(&ids, "SELECT id FROM cases WHERE agency_id IN (?) AND answered_on <> '' AND answered_on >= ? AND answered_on <= ? AND outcome IN ("+strings.Join(codes, ", ")+") ORDER BY id",
		agencies, from, to)
	return ids, err
}

func (t *tx) drawSpotCheck(s cases.Stamp, x SpotCheck, agencies []int64) (id int64, err error) {
	pool, err := t.answeredIds(agencies, x.From, x.To)
	if err != nil {
		return 0, fmt.Errorf("look for answers: %w", err)
	}
	if len(pool) == 0 {
		return 0, Fail(Invalid, "这段时间没有作出答复的办件，无从抽查。")
	}
	x.Pool, x.DrawnAt, x.DrawnBy = len(pool), s.At, s.By
	if err := t.Get(&id, "INSERT INTO spot_checks (agency_id, from_on, to_on, n, pool, seed, drawn_at, drawn_by, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
		x.AgencyID, x.From, x.To, x.N, x.Pool, x.Seed, x.DrawnAt, x.DrawnBy, t.spotMAC(x)); err != nil {
		return 0, fmt.Errorf("draw a check: %w", err)
	}
	drawn := cases.Draw(pool, x.N, x.Seed)
	b := newBulk(t, "spot_check_cases", spotCaseColumns, "")
	for i, one := range drawn {
		r := spotCaseRow{CheckID: id, Place: i + 1, CaseID: one, Version: 1}
		if err := b.add(r.CheckID, r.Place, r.CaseID, r.Scores, r.Remark, r.ScoredAt, r.ScoredBy, r.Version, t.spotCaseMAC(r)); err != nil {
			return 0, err
		}
	}
	if err := b.flush(); err != nil {
		return 0, fmt.Errorf("write down what was drawn: %w", err)
	}
	return id, t.audit(x.AgencyID, s, Entry{Act: "check_drawn", Object: "check", ObjectID: id,
		Detail: map[string]any{"from": x.From, "to": x.To, "n": x.N, "pool": x.Pool, "drawn": len(drawn)}})
}

// SpotChecks lists the checks of an agency, the latest first.
func (db *DB) SpotChecks(ctx context.Context, agency int64) (out []SpotCheck, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&out, "SELECT "+spotColumns+" FROM spot_checks WHERE agency_id = ? ORDER BY id DESC", agency)
	})
	return out, err
}

// SpotCheck gives one with what was drawn, in the order of drawing; NotFound.
func (db *DB) SpotCheck(ctx context.Context, id int64) (x SpotCheck, drawn []SpotCase, err error) {
	err = db.look(ctx, func(t *tx) error {
		if err := t.Get(&x, "SELECT "+spotColumns+" FROM spot_checks WHERE id = ?", id); err != nil {
			return missing(err, "这次抽查")
		}
		var rows []spotCaseRow
		if err := t.Select(&rows, "SELECT "+spotCaseColumns+" FROM spot_check_cases WHERE check_id = ? ORDER BY place", id); err != nil {
			return err
		}
		for _, r := range rows {
			one, err := r.domain()
			if err != nil {
				return err
			}
			drawn = append(drawn, one)
		}
		return nil
	})
	return x, drawn, err
}

// ScoreSpotCase writes down the points of one answer; version is that which the
// form started from. Conflict: somebody else scored it meanwhile.
func (db *DB) ScoreSpotCase(ctx context.Context, s cases.Stamp, check int64, place int, version int64, scores cases.Scores, remark string) error {
	if err := scores.Check(); err != nil {
		return err
	}
	if len([]rune(remark)) > cases.MostOrderText {
		return Fail(Invalid, "评语太长，最多%d字。", cases.MostOrderText)
	}
	text, err := json.Marshal(scores)
	if err != nil {
		return fmt.Errorf("encode scores: %w", err)
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var r spotCaseRow
		if err := t.Get(&r, "UPDATE spot_check_cases SET version = version WHERE check_id = ? AND place = ? RETURNING "+spotCaseColumns, check, place); err != nil {
			return missing(err, "这一件抽查")
		}
		if r.Scores == string(text) && r.Remark == remark {
			return nil // sent twice
		}
		if r.Version != version {
			return Stale()
		}
		var agency int64
		if err := t.Get(&agency, "SELECT agency_id FROM spot_checks WHERE id = ?", check); err != nil {
			return missing(err, "这次抽查")
		}
		r.Scores, r.Remark, r.ScoredAt, r.ScoredBy, r.Version = string(text), remark, s.At, s.By, r.Version+1
		if _, err := t.Exec("UPDATE spot_check_cases SET scores = ?, remark = ?, scored_at = ?, scored_by = ?, version = ?, mac = ? WHERE check_id = ? AND place = ?",
			r.Scores, r.Remark, r.ScoredAt, r.ScoredBy, r.Version, t.spotCaseMAC(r), check, place); err != nil {
			return fmt.Errorf("score an answer: %w", err)
		}
		share, _ := scores.Share()
		return t.audit(agency, s, Entry{Act: "check_scored", Object: "check", ObjectID: check, Detail: map[string]any{"case": r.CaseID, "place": place, "share": share, "version": r.Version}})
	})
}

// spotChecks holds checks and scores against their macs, and what was drawn
// against its number.
func (v *verifier) spotChecks() error {
	var checks []SpotCheck
	if err := v.t.Select(&checks, "SELECT "+spotColumns+" FROM spot_checks ORDER BY id"); err != nil {
		return fmt.Errorf("read the spot checks: %w", err)
	}
	var rows []spotCaseRow
	if err := v.t.Select(&rows, "SELECT "+spotCaseColumns+" FROM spot_check_cases ORDER BY check_id, place"); err != nil {
		return fmt.Errorf("read what was drawn: %w", err)
	}
	drawn, there := map[int64]int{}, map[int64]bool{}
	for _, r := range rows {
		drawn[r.CheckID]++
		if name := fmt.Sprintf("check_id=%d, place=%d", r.CheckID, r.Place); !secret.Equal(r.MAC, v.t.spotCaseMAC(r)) {
			v.found("spot_check_cases", name, "mac", "第 %d 次抽查第 %d 件与其校验码不符：登记后被改动过。", r.CheckID, r.Place)
		}
	}
	for _, x := range checks {
		there[x.ID] = true
		name := fmt.Sprintf("id=%d", x.ID)
		if !secret.Equal(x.MAC, v.t.spotMAC(x)) {
			v.found("spot_checks", name, "mac", "第 %d 次抽查与其校验码不符：登记后被改动过。", x.ID)
		}
		if n := min(x.N, x.Pool); drawn[x.ID] != n {
			v.found("spot_check_cases", name, "", "第 %d 次抽查抽出 %d 件，现有 %d 件。", x.ID, n, drawn[x.ID])
		}
	}
	return v.gone("check", "check_drawn", "spot_checks", "抽查", there)
}
