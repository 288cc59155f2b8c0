package store

import (
	"context"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// AgencyLine is one line of an agencies file: the parent by its code.
type AgencyLine struct {
	cases.Agency
	ParentCode string // "" for a root
	Line       int    // in the file, for messages; 0 if there is none
}

// AgencyImport says what an agencies file has changed.
type AgencyImport struct{ New, Changed, Same int }

type agencyRow struct {
	AgencyID    int64         `db:"agency_id"`
	Code        string        `db:"code"`
	FromOn      calendar.Date `db:"from_on"`
	ToOn        calendar.Date `db:"to_on"`
	Name        string        `db:"name"`
	ShortName   string        `db:"short_name"`
	Kind        string        `db:"kind"`
	ParentID    int64         `db:"parent_id"`
	SuccessorID int64         `db:"successor_id"`
}

func (t *tx) agencies() ([]cases.Agency, error) {
	var rows []agencyRow
	if err := t.Select(&rows, `SELECT v.agency_id, a.code, v.from_on, v.to_on, v.name, v.short_name, v.kind, v.parent_id, v.successor_id
		FROM agency_versions v JOIN agencies a ON a.id = v.agency_id ORDER BY v.sort, v.agency_id, v.from_on`); err != nil {
		return nil, fmt.Errorf("read the agencies: %w", err)
	}
	out := make([]cases.Agency, len(rows))
	for i, r := range rows {
		kind, err := cases.ParseAgencyKind(r.Kind)
		if err != nil {
			return nil, fmt.Errorf("read agency %d: %w", r.AgencyID, err)
		}
		out[i] = cases.Agency{ID: r.AgencyID, Code: r.Code, Name: r.Name, ShortName: r.ShortName, Kind: kind,
			ParentID: r.ParentID, From: r.FromOn, To: r.ToOn, Successor: r.SuccessorID}
	}
	return out, nil
}

// Agencies lists every agency in every span of its life.
func (db *DB) Agencies(ctx context.Context) (spans []cases.Agency, err error) {
	err = db.look(ctx, func(t *tx) error {
		spans, err = t.agencies()
		return err
	})
	return spans, err
}

// Tree gives the tree of agencies as of a day.
func (db *DB) Tree(ctx context.Context, day calendar.Date) (tree *cases.Tree, err error) {
	err = db.look(ctx, func(t *tx) error {
		tree, err = db.trees.kept(t, day)
		return err
	})
	return tree, err
}

// ImportAgencies takes an agencies file in. New agencies count as having been
// there always, unless From says otherwise; one that reads otherwise than before
// changes from today on, so that the tables of past years keep their tree.
// Agencies that the file does not name stay. Invalid: a code twice, a parent
// that is nowhere, a circle; the sentence names the line.
func (db *DB) ImportAgencies(ctx context.Context, s cases.Stamp, lines []AgencyLine) (AgencyImport, error) {
	var result AgencyImport
	err := db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		spans, err := t.agencies()
		if err != nil {
			return err
		}
		now := map[string]cases.Agency{} // the last span of each
		for _, a := range spans {
			now[a.Code] = a
		}
		if err := checkAgencies(lines, now, spans); err != nil {
			return err
		}
		ids, err := t.agencyIDs(lines, now)
		if err != nil {
			return err
		}
		for i, l := range lines {
			l.ID, l.ParentID = ids[l.Code], ids[l.ParentCode]
			if err := t.writeAgency(s, l, i+1, now, &result); err != nil {
				return err
			}
		}
		digest, err := t.agencyDigest()
		if err != nil {
			return err
		}
		return t.audit(SystemChain, s, Entry{Act: "agencies_imported",
			Detail: map[string]any{"new": result.New, "changed": result.Changed, "digest": digest}})
	})
	return result, err
}

// agencyIDs gives every code its id, making those that are new.
func (t *tx) agencyIDs(lines []AgencyLine, now map[string]cases.Agency) (map[string]int64, error) {
	ids := map[string]int64{"": 0}
	for code, a := range now {
		ids[code] = a.ID
	}
	for _, l := range lines {
		if _, known := ids[l.Code]; known {
			continue
		}
		var id int64
		if err := t.Get(&id, "INSERT INTO agencies (code) VALUES (?) RETURNING id", l.Code); err != nil {
			return nil, fmt.Errorf("insert agency: %w", err)
		}
		ids[l.Code] = id
	}
	return ids, nil
}

func (t *tx) writeAgency(s cases.Stamp, l AgencyLine, place int, now map[string]cases.Agency, result *AgencyImport) error {
	old, known := now[l.Code]
	switch {
	case !known:
		result.New++
	case old.Name == l.Name && old.ShortName == l.ShortName && old.Kind == l.Kind && old.ParentID == l.ParentID && old.To == l.To:
		result.Same++
		return nil
	default:
		result.Changed++
		l.From = s.Today
		if _, err := t.Exec("UPDATE agency_versions SET to_on = ? WHERE agency_id = ? AND from_on = ? AND from_on < ?",
			s.Today, old.ID, old.From, s.Today); err != nil {
			return fmt.Errorf("end a span of agency %d: %w", old.ID, err)
		}
	}
	_, err := t.Exec(`INSERT INTO agency_versions (agency_id, from_on, to_on, name, short_name, kind, parent_id, successor_id, sort)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agency_id, from_on) DO UPDATE SET to_on = excluded.to_on, name = excluded.name,
		short_name = excluded.short_name, kind = excluded.kind, parent_id = excluded.parent_id, sort = excluded.sort`,
		l.ID, l.From, l.To, l.Name, l.ShortName, l.Kind.Code(), l.ParentID, l.Successor, place)
	if err != nil {
		return fmt.Errorf("write agency %d: %w", l.ID, err)
	}
	return nil
}

// checkAgencies refuses what is no tree.
func checkAgencies(lines []AgencyLine, now map[string]cases.Agency, spans []cases.Agency) error {
	byID := map[int64]string{}
	for _, a := range spans {
		byID[a.ID] = a.Code
	}
	parent := map[string]string{}
	for code, a := range now {
		parent[code] = byID[a.ParentID]
	}
	first := map[string]int{}
	for _, l := range lines {
		if l.Code == "" || l.Name == "" {
			return Fail(Invalid, "第 %d 行：机关代码和机关名称都不能为空。", l.Line)
		}
		if before, twice := first[l.Code]; twice {
			return Fail(Invalid, "第 %d 行：机关代码“%s”与第 %d 行重复。", l.Line, l.Code, before)
		}
		first[l.Code], parent[l.Code] = l.Line, l.ParentCode
	}
	for _, l := range lines {
		if _, known := parent[l.ParentCode]; l.ParentCode != "" && !known {
			return Fail(Invalid, "第 %d 行：找不到“%s”的上级机关“%s”；文件和系统中都没有这个代码。", l.Line, l.Code, l.ParentCode)
		}
		for at, steps := l.ParentCode, 0; at != ""; at, steps = parent[at], steps+1 {
			if at == l.Code || steps > len(parent) {
				return Fail(Invalid, "第 %d 行：“%s”的上级关系绕成了圈；请改正上级机关代码。", l.Line, l.Code)
			}
		}
	}
	return nil
}
