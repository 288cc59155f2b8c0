package store

import (
	"encoding/json"
	"fmt"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/secret"
)

// letters holds every letter, text and template against its mac, the series of
// numbers against its counter, and looks in the audit for letters that are gone.
func (v *verifier) letters() error {
	rows, err := v.t.letterRows("1 = 1 ORDER BY l.case_id, l.place")
	if err != nil {
		return err
	}
	versions, there, taken := map[int64]int{}, map[string]bool{}, map[seriesKey]map[int64]bool{}
	for _, r := range rows {
		name := letterName(r.CaseID, r.Place)
		there[name] = true
		if !secret.Equal(r.MAC, v.t.letterMAC(r)) {
			v.found("letters", name, "mac", "第 %d 件的第 %d 份文书与其校验码不符：登记后被改动过。", r.CaseID, r.Place)
		}
		if r.State == LetterIssued && r.File == 0 {
			v.found("letters", name, "issued_uid", "第 %d 件的第 %d 份文书已经发出，却没有原件。", r.CaseID, r.Place)
		}
		versions[r.UID] = r.Version
		if key := (seriesKey{r.AgencyID, r.Year}); r.N > 0 {
			if taken[key] == nil {
				taken[key] = map[int64]bool{}
			}
			taken[key][r.N] = true
		}
	}
	for _, step := range []func() error{func() error { return v.letterTexts(versions) }, v.templates, func() error { return v.letterNumbers(taken) }} {
		if err := step(); err != nil {
			return err
		}
	}
	return v.lettersGone(there)
}

func letterName(caseID int64, place int) string {
	return fmt.Sprintf("case_id=%d, place=%d", caseID, place)
}

// letterTexts checks that every letter has all its texts as they were saved.
func (v *verifier) letterTexts(versions map[int64]int) error {
	var uids []int64
	if err := v.t.Select(&uids, "SELECT uid FROM letters ORDER BY uid"); err != nil {
		return fmt.Errorf("walk the letters: %w", err)
	}
	for _, uid := range uids {
		var rows []letterTextRow
		if err := v.t.Select(&rows, "SELECT "+letterTextColumns+" FROM letter_texts WHERE uid = ? ORDER BY version", uid); err != nil {
			return fmt.Errorf("read the texts of letters: %w", err)
		}
		for i, r := range rows {
			if r.Version != i+1 || !secret.Equal(r.MAC, v.t.letterTextMAC(r)) {
				v.found("letter_texts", fmt.Sprintf("uid=%d, version=%d", uid, r.Version), "mac", "一份文书的第 %d 稿与其校验码不符，或前一稿不见了。", r.Version)
			}
		}
		if len(rows) != versions[uid] {
			v.found("letter_texts", fmt.Sprintf("uid=%d", uid), "version", "一份文书应有 %d 稿，现有 %d 稿。", versions[uid], len(rows))
		}
	}
	return nil
}

func (v *verifier) templates() error {
	var ids []int64
	if err := v.t.Select(&ids, "SELECT id FROM letter_templates ORDER BY id"); err != nil {
		return fmt.Errorf("walk the templates: %w", err)
	}
	for _, id := range ids { // one by one: each may hold megabytes
		var r templateRow
		if err := v.t.Get(&r, "SELECT "+templateColumns+" FROM letter_templates WHERE id = ?", id); err != nil {
			return fmt.Errorf("read a template: %w", err)
		}
		if !secret.Equal(r.MAC, v.t.templateMAC(r)) {
			v.found("letter_templates", fmt.Sprintf("id=%d", id), "mac", "文书模板第 %d 条与其校验码不符：登记后被改动过。", id)
		}
	}
	return nil
}

// letterNumbers holds the counters against the numbers given: none of ours is
// missing. What an outside number has taken was passed over.
func (v *verifier) letterNumbers(taken map[seriesKey]map[int64]bool) error {
	var counters []struct {
		AgencyID int64 `db:"agency_id"`
		Year     int   `db:"year"`
		Last     int64 `db:"last"`
	}
	if err := v.t.Select(&counters, "SELECT agency_id, year, last FROM counters WHERE series = ? ORDER BY agency_id, year", letterSeries); err != nil {
		return fmt.Errorf("read the counters of letters: %w", err)
	}
	for _, c := range counters {
		key := seriesKey{c.AgencyID, c.Year}
		row := fmt.Sprintf("agency_id=%d, series=%s, year=%d", c.AgencyID, letterSeries, c.Year)
		for n := int64(1); n <= c.Last; n++ {
			if taken[key][n] {
				continue
			}
			if outside, err := v.outsideNumber(key, n); err != nil {
				return err
			} else if !outside {
				v.found("counters", row, "last", "机关 %d 的 %d 年发文字号缺第 %d 号。", c.AgencyID, c.Year, n)
			}
		}
		for n := range taken[key] {
			if n > c.Last {
				v.found("counters", row, "last", "机关 %d 的 %d 年发文字号用到第 %d 号，计数却是 %d。", c.AgencyID, c.Year, n, c.Last)
			}
		}
		delete(taken, key)
	}
	for key := range taken {
		v.found("counters", fmt.Sprintf("agency_id=%d, series=%s, year=%d", key.agency, letterSeries, key.year), "", "机关 %d 有 %d 年的发文字号，却没有这个序列的计数。", key.agency, key.year)
	}
	return nil
}

// outsideNumber reports whether a place of the series was taken from outside.
func (v *verifier) outsideNumber(key seriesKey, n int64) (bool, error) {
	var numbers []string
	if err := v.t.Select(&numbers, "SELECT number FROM letters WHERE agency_id = ? AND outside = 1 AND number <> ''", key.agency); err != nil {
		return false, fmt.Errorf("read the numbers of letters: %w", err)
	}
	if len(numbers) == 0 {
		return false, nil
	}
	day := calendar.FromTime(v.t.db.clock().UTC().Add(8 * time.Hour))
	if key.year > 0 {
		day = calendar.Of(key.year, time.December, 31)
	}
	f, err := v.t.letterNumbering(key.agency, day)
	if err != nil {
		return false, err
	}
	for _, text := range numbers {
		if year, got, ok := f.parse(text); ok && got == n && f.series(year) == key.year {
			return true, nil
		}
	}
	return false, nil
}

// lettersGone looks for what the audit says was drafted and is not there.
func (v *verifier) lettersGone(there map[string]bool) error {
	var drafted []struct {
		ID     int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&drafted, "SELECT object_id, detail FROM audit WHERE object = 'case' AND act = 'letter_drafted'"); err != nil {
		return fmt.Errorf("read what was drafted: %w", err)
	}
	for _, l := range drafted {
		var d struct{ Place int }
		if json.Unmarshal([]byte(l.Detail), &d) == nil && !there[letterName(l.ID, d.Place)] {
			v.found("letters", letterName(l.ID, d.Place), "", "第 %d 件的第 %d 份文书在审计记录里有，现已不见。", l.ID, d.Place)
		}
	}
	return nil
}
