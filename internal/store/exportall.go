package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
)

// Everything takes what ExportAll reads, in this order. The first error of a
// function ends the export.
type Everything struct {
	Agencies func([]cases.Agency) error // those of the day, parents before children
	Row      func(table string, row map[string]any) error
	Case     func(agency string, c *cases.Case, row cases.Row) error                      // personal fields opened
	File     func(c *cases.Case, a Attachment, content []byte) error                      // after their case
	Letter   func(c *cases.Case, l Letter, text LetterText) error                         // every text that a letter has had, after the files
	Scan     func(agency int64, year int, whole bool, f ReturnFile, content []byte) error // of locked returns; nil: left out
}

// exportedTables are the tables that leave line by line, with the columns that
// are no secret: passwords, sealed fields and keyed hashes stay, but for those of
// the audit chain, which the key's owner checks it by.
func exportedTables() [][2]string {
	return [][2]string{
		{"agency_versions", "agency_id, from_on, to_on, name, short_name, kind, parent_id, successor_id, sort FROM agency_versions ORDER BY agency_id, from_on"},
		{"settings", "agency_id, key, from_on, value FROM settings ORDER BY agency_id, key, from_on"},
		{"proactive_entries", "agency_id, year, whole, place, data, entered_at, entered_by FROM proactive_entries ORDER BY agency_id, year, whole, place"},
		{"report_texts", "agency_id, year, whole, place, data, entered_at, entered_by FROM report_texts ORDER BY agency_id, year, whole, place"},
		{"report_entries", "kind, agency_id, year, whole, place, data, entered_at, entered_by FROM report_entries ORDER BY kind, agency_id, year, whole, place"},
		{"returns", "agency_id, year, whole, version, data, calendar, reason, hash, signature, locked_at, locked_by, submitted_on, published_on FROM returns ORDER BY agency_id, year, whole, version"},
		{"return_proposals", "id, agency_id, year, whole, reason, proposed_at, proposed_by, decided_at, decided_by, decision FROM return_proposals ORDER BY id"},
		{"outside_returns", "agency_id, year, place, whole, data, source, entered_at, entered_by FROM outside_returns ORDER BY agency_id, year, place"},
		{"notices", "id, year, number, published_on, adopted_on, adopted_at, adopted_by, data FROM notices ORDER BY id"},
		{"notice_proposals", "id, data, proposed_at, proposed_by, decided_at, decided_by, decision FROM notice_proposals ORDER BY id"},
		{"users", "id, login, name, admin, single, created_at, created_by, disabled_at FROM users ORDER BY id"},
		{"user_grants", "user_id, agency_id, role, granted_at, granted_by FROM user_grants ORDER BY user_id, agency_id, role"},
		{"covers", "id, absent_id, cover_id, agency_id, from_on, to_on, made_at, made_by, ended_at FROM covers ORDER BY id"},
		{"parcels", "id, agency_id, carrier, mail_number, sender, arrived_on, logged_at, logged_by, came_from, fate, case_id, to_agency, to_name, reason, settled_on, settled_at, settled_by FROM parcels ORDER BY id"},
		{"letters", "case_id, agency_id, place, kind, event_seq, state, version, dated_on, number, number_year, number_seq, outside, template_id, sha256, made_at, made_by, issued_at, issued_by, voided_at, voided_by, reason FROM letters ORDER BY case_id, place"},
		{"letter_templates", "id, agency_id, kind, version, name, content, sha256, added_at, added_by FROM letter_templates ORDER BY id"},
		{"services", "case_id, place, letter, way, carrier, number, posted_on, sent_on, opened_on, signed_on, published_on, signer, failed_on, failure, again, recorded_at, recorded_by, version FROM services ORDER BY case_id, place"},
		{"releases", "case_id, place, findings, unread, confirmed_at, confirmed_by, released_on, released_at, released_by, part FROM releases ORDER BY case_id, place"},
		{"sections", "id, agency_id, name, made_at, made_by, closed_on FROM sections ORDER BY id"},
		{"section_people", "section_id, user_id FROM section_people ORDER BY section_id, user_id"},
		{"case_readers", "case_id, user_id, added_at, added_by FROM case_readers ORDER BY case_id, user_id"},
		{"case_topics", "case_id, topic, set_at, set_by FROM case_topics ORDER BY case_id"},
		{"merge_proposals", "id, agency_id, from_id, to_id, reason, proposed_at, proposed_by, decided_at, decided_by, decision FROM merge_proposals ORDER BY id"},
		{"setting_proposals", "id, agency_id, key, value, from_on, reason, proposed_at, proposed_by, decided_at, decided_by, decision FROM setting_proposals ORDER BY id"},
		{"grant_proposals", "id, user_id, agency_id, role, revoke, proposed_at, proposed_by, decided_at, decided_by, decision FROM grant_proposals ORDER BY id"},
		{"retention_holds", "id, agency_id, case_id, reason, placed_at, placed_by, lifted_at, lifted_by FROM retention_holds ORDER BY id"},
		{"disposals", "id, agency_id, year, reason, proposed_at, proposed_by, decided_at, decided_by, decision, done_at FROM disposals ORDER BY id"},
		{"disposal_cases", "disposal_id, case_id, class, years, closed_on, files, fate, kept FROM disposal_cases ORDER BY disposal_id, case_id"},
		{"purged_cases", "case_id, disposal_id, purged_on, purged_at, purged_by FROM purged_cases ORDER BY case_id"},
		{"imports", "id, imported_at, imported_by, file_name, file_hash, rows_read, rows_new, rows_grown, rows_same FROM imports ORDER BY id"},
		{"supervision_orders", "id, kind, issuer_id, year, seq, number, agency_id, case_id, ordered_on, due_on, content, issued_at, issued_by, reply, replied_on, replied_at, replied_by, verdict, closed_on, closed_at, closed_by FROM supervision_orders ORDER BY id"},
		{"spot_checks", "id, agency_id, from_on, to_on, n, pool, seed, drawn_at, drawn_by FROM spot_checks ORDER BY id"},
		{"spot_check_cases", "check_id, place, case_id, scores, remark, scored_at, scored_by FROM spot_check_cases ORDER BY check_id, place"},
		{"reminders", "id, kind, agency_id, case_id, ref, due_on, mark, user_id, level, urgent, slot, made_at, read_at, settled_at FROM reminders ORDER BY id"},
		{"outbox", "id, channel, user_id, slot, urgent, message_id, made_at, next_at, tries, state, result, done_at FROM outbox ORDER BY id"},
		{"outbox_items", "outbox_id, reminder_id FROM outbox_items ORDER BY outbox_id, reminder_id"},
		{"user_contacts", "user_id, by_mail, by_message, set_at FROM user_contacts ORDER BY user_id"},
		{"backups", "id, folder, file, started_at, done_at, made_by, key_id, sha256, size, holds, cases, events, attachments, failure, removed_at FROM backups ORDER BY id"},
		{"drills", "id, backup_id, started_at, done_at, made_by, sheet, sha256, made_at, said, found, differences, failure FROM drills ORDER BY id"},
		{"job_slots", "job, slot, done_at FROM job_slots ORDER BY job, slot"},
		{"audit", "chain, seq, at, actor, act, object, object_id, detail, mac FROM audit ORDER BY chain, seq"},
	}
}

// ExportAll reads everything that the register holds, from one picture of the
// database, while others go on writing.
func (db *DB) ExportAll(ctx context.Context, today calendar.Date, to Everything) error {
	return db.look(ctx, func(t *tx) error {
		tree, err := db.trees.kept(t, today)
		if err != nil {
			return err
		}
		if err := to.Agencies(tree.All()); err != nil {
			return err
		}
		for _, table := range exportedTables() {
			if err := t.exportTable(table[0], table[1], to.Row); err != nil {
				return err
			}
		}
		if err := t.exportScans(to); err != nil {
			return err
		}
		return t.exportEveryCase(func(agency string, c *cases.Case, row cases.Row) error {
			if err := to.Case(agency, c, row); err != nil {
				return err
			}
			if err := t.exportFiles(c, to.File); err != nil {
				return err
			}
			return t.exportLetters(c, to.Letter)
		})
	})
}

// exportScans gives the scans of locked returns.
func (t *tx) exportScans(to Everything) error {
	var rows []returnFileRow
	if err := t.Select(&rows, "SELECT "+returnFileColumns+" FROM return_files ORDER BY agency_id, year, whole, version, place"); err != nil || to.Scan == nil {
		return err
	}
	for _, r := range rows {
		f, content, err := t.readReturnFile(r)
		if err != nil {
			return err
		}
		if err := to.Scan(r.AgencyID, r.Year, r.Whole == 1, f, content); err != nil {
			return err
		}
	}
	return nil
}

// exportFiles gives the attachments of a case, those withdrawn too.
func (t *tx) exportFiles(c *cases.Case, yield func(*cases.Case, Attachment, []byte) error) error {
	var rows []attachmentRow
	if err := t.Select(&rows, "SELECT "+attachmentColumns+" FROM attachments WHERE case_id = ? ORDER BY place", c.ID); err != nil || len(rows) == 0 {
		return err
	}
	if gone, err := t.purgedAmong([]int64{c.ID}); err != nil || gone[c.ID] {
		return err
	}
	key, err := t.caseKey(c.ID, false)
	if err != nil || key == nil {
		return fmt.Errorf("export the attachments of case %d: no key (%w)", c.ID, err)
	}
	for _, r := range rows {
		a, err := r.open(key)
		if err != nil {
			return err
		}
		content, err := t.readFile(r, key)
		if err != nil {
			return err
		}
		if err := yield(c, a, content); err != nil {
			return err
		}
	}
	return nil
}

// exportLetters gives every text of a case's letters.
func (t *tx) exportLetters(c *cases.Case, yield func(*cases.Case, Letter, LetterText) error) error {
	rows, err := t.letterRows("l.case_id = ? ORDER BY l.place", c.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	if key, err := t.caseKey(c.ID, false); err != nil || key == nil {
		return err // its key was destroyed: the texts are gone
	}
	for _, r := range rows {
		for v := 1; v <= r.Version; v++ {
			text, err := t.letterText(c.ID, r.UID, v)
			if err != nil {
				return fmt.Errorf("export the letters of case %d: %w", c.ID, err)
			}
			if err := yield(c, r.domain(), text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) exportTable(name, query string, yield func(string, map[string]any) error) error {
	rows, err := t.QueryxContext(t.ctx, "SELECT "+query)
	if err != nil {
		return fmt.Errorf("export %s: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		row := map[string]any{}
		if err := rows.MapScan(row); err != nil {
			return fmt.Errorf("export %s: %w", name, err)
		}
		for column, value := range row {
			b, raw := value.([]byte)
			switch {
			case raw && (column == "mac" || column == "content" || !utf8.Valid(b)):
				row[column] = hex.EncodeToString(b)
			case raw:
				row[column] = string(b)
			}
		}
		if err := yield(name, row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// exportEveryCase goes through the register agency by agency; those taken over
// and gone are in it too.
func (t *tx) exportEveryCase(yield func(string, *cases.Case, cases.Row) error) error {
	spans, err := t.agencies()
	if err != nil {
		return err
	}
	done := map[int64]bool{}
	for _, a := range spans {
		if done[a.ID] {
			continue
		}
		done[a.ID] = true
		if err := t.casesReceived(a.ID, "", "9999-12-31", func(c *cases.Case, row cases.Row) error { return yield(a.Code, c, row) }); err != nil {
			return err
		}
	}
	return nil
}

// casesReceived gives the cases of an agency received between two days, both
// inclusive, by day of receipt; from "" on those that have none come first.
func (t *tx) casesReceived(agency int64, first, last string, yield func(*cases.Case, cases.Row) error) error {
	const page = 300
	for day, id := first, int64(0); ; {
		var rows []caseRow
		if err := t.Select(&rows, "SELECT "+caseColumns+` FROM cases WHERE agency_id = ? AND (received_on, id) > (?, ?) AND received_on <= ?
			ORDER BY received_on, id LIMIT ?`, agency, day, id, last, page); err != nil {
			return fmt.Errorf("export cases: %w", err)
		}
		batch, err := t.load(rows)
		if err != nil {
			return err
		}
		for i := range batch {
			c, err := batch[i].domain(t.db.key)
			if err != nil {
				return err
			}
			derived, err := batch[i].row.derived()
			if err != nil {
				return err
			}
			if err := yield(c, derived); err != nil {
				return err
			}
			day, id = batch[i].row.ReceivedOn.String(), c.ID
		}
		if len(rows) < page {
			return nil
		}
	}
}
