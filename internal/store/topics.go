package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// Topics gives what applications of an agency may be about on a day, by the setting
// of its own or of those above it.
func (db *DB) Topics(ctx context.Context, agency int64, on calendar.Date) ([]string, error) {
	text, err := db.Setting(ctx, agency, "topics", on)
	if err != nil {
		return nil, err
	}
	return cases.ParseTopics(text)
}

const topicColumns = "case_id, topic, set_at, set_by, mac"

type topicRow struct {
	CaseID int64  `db:"case_id"`
	Topic  string `db:"topic"`
	At     int64  `db:"set_at"`
	By     string `db:"set_by"`
	MAC    []byte `db:"mac"`
}

func (r topicRow) mac(k *secret.Key) []byte {
	b := secret.AppendText(secret.AppendInt(nil, r.CaseID), r.Topic)
	b = secret.AppendInt(b, r.At)
	return k.ChainMAC("case topic").Sum(nil, secret.AppendText(b, r.By))
}

// CaseTopics gives the topics of some cases; one without a topic is not in it.
func (db *DB) CaseTopics(ctx context.Context, ids []int64) (out map[int64]string, err error) {
	err = db.look(ctx, func(t *tx) error {
		out, err = t.caseTopics(ids)
		return err
	})
	return out, err
}

func (t *tx) caseTopics(ids []int64) (map[int64]string, error) {
	out := map[int64]string{}
	for part := range slices.Chunk(ids, 1000) {
		var rows []topicRow
		if err := t.SelectIn(&rows, "SELECT "+topicColumns+" FROM case_topics WHERE case_id IN (?)", part); err != nil {
			return nil, fmt.Errorf("read topics: %w", err)
		}
		for _, r := range rows {
			out[r.CaseID] = r.Topic
		}
	}
	return out, nil
}

// SetTopics says what some cases are about; "" takes it away. All or none: NotFound
// where one is not there for who does this, Invalid where the agency of one does
// not list the topic. It gives how many changed.
func (db *DB) SetTopics(ctx context.Context, s cases.Stamp, ids []int64, topic string) (changed int, err error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return 0, nil
	}
	err = db.inTx(ctx, func(t *tx) error {
		changed = 0
		locked, err := t.lockCases(ids)
		if err != nil {
			return err
		}
		away, err := t.hidden(ids)
		if err != nil {
			return err
		}
		if len(locked) < len(ids) || slices.ContainsFunc(ids, func(id int64) bool { return away[id] }) {
			return Fail(NotFound, "找不到这个办件。")
		}
		had, err := t.caseTopics(ids)
		if err != nil {
			return err
		}
		for _, c := range locked {
			if had[c.row.ID] == topic {
				continue
			}
			changed++
			if err := t.setTopic(s, c.row.ID, c.row.AgencyID, topic); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

func (t *tx) setTopic(s cases.Stamp, caseID, agency int64, topic string) error {
	if _, err := t.Exec("DELETE FROM case_topics WHERE case_id = ?", caseID); err != nil {
		return fmt.Errorf("write the topic of case %d: %w", caseID, err)
	}
	if topic != "" {
		text, err := t.setting(agency, "topics", s.Today)
		if err != nil {
			return err
		}
		listed, err := cases.ParseTopics(text)
		if err != nil {
			return err
		}
		if !slices.Contains(listed, topic) {
			return Fail(Invalid, "办件所在机关的申请主题中没有“%s”；请在“机关设置”中加上，或换一个。", topic)
		}
		r := topicRow{CaseID: caseID, Topic: topic, At: s.At, By: s.By}
		if _, err := t.Exec("INSERT INTO case_topics ("+topicColumns+") VALUES (?, ?, ?, ?, ?)", r.CaseID, r.Topic, r.At, r.By, r.mac(t.db.key)); err != nil {
			return fmt.Errorf("write the topic of case %d: %w", caseID, err)
		}
	}
	return t.audit(agency, s, Entry{Act: "topic_set", Object: "case", ObjectID: caseID, Detail: map[string]any{"topic": topic}})
}

// topics holds what cases are about against the macs, and against the last entry of
// the audit chains about each.
func (v *verifier) topics() error {
	var rows []topicRow
	if err := v.t.Select(&rows, "SELECT "+topicColumns+" FROM case_topics ORDER BY case_id"); err != nil {
		return fmt.Errorf("read topics: %w", err)
	}
	there := map[int64]string{}
	for _, r := range rows {
		there[r.CaseID] = r.Topic
		if !secret.Equal(r.MAC, r.mac(v.t.db.key)) {
			v.found("case_topics", fmt.Sprintf("case_id=%d", r.CaseID), "mac", "第 %d 件的主题不是由本系统登记的，或登记后被改动过。", r.CaseID)
		}
	}
	var entries []struct {
		CaseID int64  `db:"object_id"`
		Detail string `db:"detail"`
	}
	if err := v.t.Select(&entries, "SELECT object_id, detail FROM audit WHERE act = 'topic_set' AND object = 'case' ORDER BY at, seq"); err != nil {
		return fmt.Errorf("read the changes of topics: %w", err)
	}
	want := map[int64]string{}
	for _, e := range entries {
		var detail struct{ Topic string }
		if err := json.Unmarshal([]byte(e.Detail), &detail); err != nil {
			return fmt.Errorf("read a change of a topic: %w", err)
		}
		want[e.CaseID] = detail.Topic
	}
	for id, topic := range want {
		if there[id] != topic {
			v.found("case_topics", fmt.Sprintf("case_id=%d", id), "topic", "第 %d 件的主题与操作日志不符：登记的是“%s”，现为“%s”。", id, topic, there[id])
		}
		delete(there, id)
	}
	for id := range there {
		v.found("case_topics", fmt.Sprintf("case_id=%d", id), "", "第 %d 件有主题，操作日志中却没有登记。", id)
	}
	return nil
}
