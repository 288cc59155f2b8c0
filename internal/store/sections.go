package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/cases"
)

// Section is a section of an agency (科室) with the people who work in it.
type Section struct {
	ID       int64  `db:"id"`
	AgencyID int64  `db:"agency_id"`
	Name     string `db:"name"`
	People   []int64
}

// Sections lists the sections that some agencies have now, in the order of making.
func (db *DB) Sections(ctx context.Context, agencies ...int64) (out []Section, err error) {
	if len(agencies) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		if err := t.SelectIn(&out, "SELECT id, agency_id, name FROM sections WHERE closed_on = '' AND agency_id IN (?) ORDER BY id", agencies); err != nil {
			return err
		}
		for i := range out {
			if err := t.Select(&out[i].People, "SELECT user_id FROM section_people WHERE section_id = ? ORDER BY user_id", out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the sections: %w", err)
	}
	return out, nil
}

// SectionNames gives the names of sections, those closed too.
func (db *DB) SectionNames(ctx context.Context, ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Section
	err := db.look(ctx, func(t *tx) error {
		return t.SelectIn(&rows, "SELECT id, agency_id, name FROM sections WHERE id IN (?)", ids)
	})
	if err != nil {
		return nil, fmt.Errorf("read the names of sections: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, nil
}

// SectionsOf lists the sections that a person works in.
func (db *DB) SectionsOf(ctx context.Context, user int64) (ids []int64, err error) {
	err = db.look(ctx, func(t *tx) error {
		return t.Select(&ids, `SELECT s.id FROM sections s JOIN section_people p ON p.section_id = s.id
			WHERE p.user_id = ? AND s.closed_on = '' ORDER BY s.id`, user)
	})
	return ids, err
}

// SaveSection makes a section (ID 0), or changes the name and the people of one of
// the agency. Invalid: without a name, or with people who hold no role in the
// agency. Conflict: the name is taken.
func (db *DB) SaveSection(ctx context.Context, s cases.Stamp, x Section) error {
	x.Name = strings.TrimSpace(x.Name)
	switch {
	case x.Name == "":
		return Fail(Invalid, "没有填写科室名称。")
	case len([]rune(x.Name)) > 50:
		return Fail(Invalid, "科室名称太长，最多50个字。")
	}
	err := db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		return t.saveSection(s, x)
	})
	if duplicate(err) {
		return &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("本机关已有科室“%s”；请换一个名称。", x.Name)}
	}
	return err
}

func (t *tx) saveSection(s cases.Stamp, x Section) error {
	act := "section_changed"
	if x.ID == 0 {
		act = "section_added"
		if err := t.Get(&x.ID, "INSERT INTO sections (agency_id, name, made_at, made_by) VALUES (?, ?, ?, ?) RETURNING id", x.AgencyID, x.Name, s.At, s.By); err != nil {
			return fmt.Errorf("make a section: %w", err)
		}
	} else {
		var id int64
		if err := missing(t.Get(&id, "UPDATE sections SET name = ? WHERE id = ? AND agency_id = ? AND closed_on = '' RETURNING id", x.Name, x.ID, x.AgencyID), "这个科室"); err != nil {
			return err
		}
	}
	if _, err := t.Exec("DELETE FROM section_people WHERE section_id = ?", x.ID); err != nil {
		return fmt.Errorf("write the people of a section: %w", err)
	}
	slices.Sort(x.People)
	for _, user := range slices.Compact(x.People) {
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM user_grants WHERE user_id = ? AND agency_id = ?", user, x.AgencyID); err != nil {
			return fmt.Errorf("look for the role of a section's people: %w", err)
		}
		if n == 0 {
			return Fail(Invalid, "科室人员应在本机关有角色；请先由系统管理员授予。")
		}
		if _, err := t.Exec("INSERT INTO section_people (section_id, user_id) VALUES (?, ?)", x.ID, user); err != nil {
			return fmt.Errorf("write the people of a section: %w", err)
		}
	}
	return t.audit(x.AgencyID, s, Entry{Act: act, Object: "section", ObjectID: x.ID, Detail: map[string]any{"name": x.Name, "people": x.People}})
}

// CloseSection ends a section from today on. Conflict: open cases wait in it.
func (db *DB) CloseSection(ctx context.Context, s cases.Stamp, agency, id int64) error {
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var n int
		if err := t.Get(&n, "SELECT COUNT(*) FROM cases WHERE agency_id = ? AND section_id = ? AND answered_on = ''", agency, id); err != nil {
			return fmt.Errorf("count the cases of a section: %w", err)
		}
		if n > 0 {
			return Fail(Conflict, "这个科室还有%d件在办；请先转交其他科室或承办人，再撤销。", n)
		}
		var gone int64
		if err := missing(t.Get(&gone, "UPDATE sections SET closed_on = ? WHERE id = ? AND agency_id = ? AND closed_on = '' RETURNING id", s.Today, id, agency), "这个科室"); err != nil {
			return err
		}
		return t.audit(agency, s, Entry{Act: "section_closed", Object: "section", ObjectID: id})
	})
}
