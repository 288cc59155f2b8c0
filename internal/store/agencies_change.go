package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// AddAgency founds an agency on a day. Invalid: code or name is missing or too
// long, or who is above it is none on that day. Conflict: the code is taken.
func (db *DB) AddAgency(ctx context.Context, s cases.Stamp, a cases.Agency) error {
	if err := checkAgency(s, a); err != nil {
		return err
	}
	err := db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		if err := t.parentAlive(a); err != nil {
			return err
		}
		if err := t.Get(&a.ID, "INSERT INTO agencies (code) VALUES (?) RETURNING id", a.Code); err != nil {
			return fmt.Errorf("found an agency: %w", err)
		}
		var last int64
		if err := t.Get(&last, "SELECT COALESCE(MAX(sort), 0) FROM agency_versions"); err != nil {
			return fmt.Errorf("found an agency: %w", err)
		}
		if err := t.insertSpan(a, last+1); err != nil {
			return err
		}
		return t.agencyChanged(s, a, "added")
	})
	if duplicate(err) {
		return &Error{Kind: Conflict, Err: err, Message: fmt.Sprintf("机关代码“%s”已经有了；撤销的机关也保留代码，请换一个。", a.Code)}
	}
	return err
}

// ChangeAgency gives an agency another name, kind or place in the tree from a day
// on: what was before stays for the tables of before. Invalid: as for AddAgency,
// the day is not after the last change, or the tree would be a circle. NotFound:
// it is no more.
func (db *DB) ChangeAgency(ctx context.Context, s cases.Stamp, a cases.Agency) error {
	if err := checkAgency(s, a); err != nil {
		return err
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		old, sort, err := t.lastSpan(a.ID, a.From)
		if err != nil {
			return err
		}
		a.Code = old.Code
		if err := t.parentAlive(a); err != nil {
			return err
		}
		if old.Name == a.Name && old.ShortName == a.ShortName && old.Kind == a.Kind && old.ParentID == a.ParentID {
			return Fail(Invalid, "没有任何改动。")
		}
		if err := t.endSpan(old, a.From, 0); err != nil {
			return err
		}
		if err := t.insertSpan(a, sort); err != nil {
			return err
		}
		return t.agencyChanged(s, a, "changed")
	})
}

// CloseAgency ends an agency on a day, the first on which it is no more; successor
// (0: nobody) takes over what it counted and what is open. Invalid: agencies are
// still below it, open cases would be nobody's, or the successor is none.
func (db *DB) CloseAgency(ctx context.Context, s cases.Stamp, id, successor int64, on calendar.Date) error {
	if on.IsZero() || on.After(s.Today.AddDays(366)) {
		return Fail(Invalid, "撤销日期没有填写，或在一年以后；请核对。")
	}
	return db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		old, _, err := t.lastSpan(id, on)
		if err != nil {
			return err
		}
		tree, err := t.treeOn(on)
		if err != nil {
			return err
		}
		heir, alive := tree.Agency(successor)
		switch {
		case successor == id || successor != 0 && !alive:
			return Fail(Invalid, "承接机关在%s不存在，或就是本机关；请另选。", on.Chinese())
		case len(tree.Children(id)) > 0:
			return Fail(Invalid, "“%s”之下还有%d个机关；请先把它们划归其他机关或撤销。", old.Name, len(tree.Children(id)))
		}
		if successor == 0 {
			var open int
			if err := t.Get(&open, "SELECT COUNT(*) FROM cases WHERE agency_id = ? AND answered_on = ''", id); err != nil {
				return fmt.Errorf("count the open cases of an agency: %w", err)
			}
			if open > 0 {
				return Fail(Invalid, "“%s”还有%d件在办；请选择承接机关，由它接着办理。", old.Name, open)
			}
		}
		if err := t.endSpan(old, on, successor); err != nil {
			return err
		}
		old.To, old.Successor = on, heir.ID
		return t.agencyChanged(s, old, "closed")
	})
}

func checkAgency(s cases.Stamp, a cases.Agency) error {
	switch {
	case a.ID == 0 && (a.Code == "" || len(a.Code) > 40 || strings.ContainsAny(a.Code, " \t\r\n/?#&%")):
		return Fail(Invalid, "机关代码“%s”应为1至40个字母、数字，不含空格。", a.Code)
	case strings.TrimSpace(a.Name) == "" || len([]rune(a.Name)) > 100:
		return Fail(Invalid, "机关名称没有填写，或超过100个字。")
	case len([]rune(a.ShortName)) > 20:
		return Fail(Invalid, "机关代字太长，最多20个字。")
	case a.Kind.Code() == "":
		return Fail(Invalid, "没有选择机关类别。")
	case a.From.After(s.Today.AddDays(366)):
		return Fail(Invalid, "生效日期%s在一年以后；请核对。", a.From.Chinese())
	}
	return nil
}

// lastSpan gives the last span of an agency, which a change on a day ends.
func (t *tx) lastSpan(id int64, on calendar.Date) (cases.Agency, int64, error) {
	spans, err := t.agencies()
	if err != nil {
		return cases.Agency{}, 0, err
	}
	var last cases.Agency
	for _, a := range spans {
		if a.ID == id {
			last = a
		}
	}
	var sort int64
	switch {
	case last.ID == 0:
		return last, 0, Fail(NotFound, "找不到这个机关。")
	case !last.To.IsZero():
		return last, 0, Fail(NotFound, "“%s”已于%s撤销。", last.Name, last.To.Chinese())
	case !on.After(last.From) || on.IsZero():
		return last, 0, Fail(Invalid, "日期%s应在“%s”上一次变动（%s）之后。", on.Chinese(), last.Name, orAlways(last.From))
	}
	if err := t.Get(&sort, "SELECT sort FROM agency_versions WHERE agency_id = ? AND from_on = ?", id, last.From); err != nil {
		return last, 0, fmt.Errorf("read agency %d: %w", id, err)
	}
	return last, sort, nil
}

func orAlways(d calendar.Date) string {
	if d.IsZero() {
		return "建库时"
	}
	return d.Chinese()
}

// treeOn is the tree of a day as this transaction sees it.
func (t *tx) treeOn(day calendar.Date) (*cases.Tree, error) {
	spans, err := t.agencies()
	if err != nil {
		return nil, err
	}
	return cases.NewTree(spans, day), nil
}

// parentAlive refuses a parent that is none on the day, or that is below.
func (t *tx) parentAlive(a cases.Agency) error {
	if a.ParentID == 0 {
		return nil
	}
	tree, err := t.treeOn(a.From)
	if err != nil {
		return err
	}
	for at := a.ParentID; at != 0; {
		up, alive := tree.Agency(at)
		switch {
		case !alive:
			return Fail(Invalid, "上级机关在生效之日不存在；请另选。")
		case at == a.ID:
			return Fail(Invalid, "“%s”的上级关系绕成了圈：不能归到自己或自己的下级之下。", a.Name)
		}
		at = up.ParentID
	}
	return nil
}

func (t *tx) endSpan(a cases.Agency, on calendar.Date, successor int64) error {
	if _, err := t.Exec("UPDATE agency_versions SET to_on = ?, successor_id = ? WHERE agency_id = ? AND from_on = ?", on, successor, a.ID, a.From); err != nil {
		return fmt.Errorf("end a span of agency %d: %w", a.ID, err)
	}
	return nil
}

func (t *tx) insertSpan(a cases.Agency, sort int64) error {
	if _, err := t.Exec(`INSERT INTO agency_versions (agency_id, from_on, to_on, name, short_name, kind, parent_id, successor_id, sort)
		VALUES (?, ?, '', ?, ?, ?, ?, 0, ?)`, a.ID, a.From, strings.TrimSpace(a.Name), strings.TrimSpace(a.ShortName), a.Kind.Code(), a.ParentID, sort); err != nil {
		return fmt.Errorf("write agency %d: %w", a.ID, err)
	}
	return nil
}

func (t *tx) agencyChanged(s cases.Stamp, a cases.Agency, what string) error {
	digest, err := t.agencyDigest()
	if err != nil {
		return err
	}
	return t.audit(SystemChain, s, Entry{Act: "agency_changed", Object: "agency", ObjectID: a.ID,
		Detail: map[string]any{"what": what, "from": a.From, "to": a.To, "successor": a.Successor, "digest": digest}})
}
