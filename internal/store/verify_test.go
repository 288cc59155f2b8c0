package store

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// differences runs Verify and gives what it found.
func differences(t testing.TB, db *DB) (found []Difference, sum Verification) {
	t.Helper()
	sum, err := db.Verify(context.Background(), VerifyJob{Found: func(d Difference) { found = append(found, d) }})
	if err != nil {
		t.Fatalf("verify: %v", err)
	}
	if int64(len(found)) != sum.Differences {
		t.Fatalf("%d differences reported, %d counted", len(found), sum.Differences)
	}
	return found, sum
}

// lived gives a database in which everything has happened that the store can do.
func lived(t testing.TB, db *DB) map[string]int64 {
	t.Helper()
	ctx := context.Background()
	ids := register(t, db, 40)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first := create(t, db, ids["a"], record("2025-03-03"))
	second := create(t, db, ids["a"], record("2025-03-04"))
	must(db.Update(ctx, first.ID, stamp("2025-03-20"), answer("2025-03-20", "partial")))
	must(db.Update(ctx, second.ID, stamp("2025-04-01"), func(c *cases.Case) error {
		line := cases.RecordOf(c)
		line.Remedies[0] = cases.RemedyRecord{Result: cases.Pending, FiledOn: testkit.Day("2025-04-01")}
		line.ExtendedOn, line.ExtendedDays, line.Content = testkit.Day("2025-03-20"), 20, "改写过的内容"
		c.Take(stamp("2025-04-01"), line, true)
		return nil
	}))
	must(db.Set(ctx, stamp("2025-02-01"), ids["b"], NumberSetting, "B{yyyy}-{n}", testkit.Day("2025-02-01")))
	must(db.Set(ctx, stamp("2025-02-02"), 0, "note", "中", testkit.Day("2025-02-01")))
	create(t, db, ids["b"], record("2025-03-03"))
	var rows []ImportRow
	must(db.ExportCases(ctx, []int64{ids["c"]}, 0, func(r cases.Record) error {
		r.Content += "（更正）"
		rows = append(rows, ImportRow{Line: len(rows) + 2, Record: r})
		return nil
	}))
	rows[0].Outcome, rows[0].AnsweredOn = cases.MustOutcome("disclose.provided"), rows[0].ReceivedOn.AddDays(9)
	_, err := db.Import(ctx, stamp("2025-05-05"), ImportJob{Rows: rows, FileName: "b.csv", FileHash: "ef", AcceptChanges: true})
	must(err)
	must(db.Anchor(ctx, stamp("2025-05-06")))
	_, err = db.AdoptNotice(ctx, stamp("2025-05-07"), calendar.Notice{Number: "试〔2025〕1号", Year: 2027, PublishedOn: testkit.Day("2025-05-06"),
		Days: []calendar.NoticeDay{{Date: testkit.Day("2027-01-01"), Kind: calendar.Off, Name: "元旦"}}})
	must(err)
	_, err = db.People(ctx, first.ID, stamp("2025-05-08"), "contact")
	must(err)
	must(db.Anchor(ctx, stamp("2025-05-09")))
	return ids
}

func TestVerifyFindsNothingInAnHonestDatabase(t *testing.T) {
	// Whatever users do through the doors, nothing differs afterwards.
	eachEngine(t, func(t *testing.T, db *DB) {
		lived(t, db)
		found, sum := differences(t, db)
		for _, d := range found {
			t.Errorf("%+v", d)
		}
		if sum.Cases != 43 || sum.Events < sum.Cases || sum.Entries < 10 {
			t.Errorf("looked at %+v", sum)
		}
		if err := db.Rebuild(context.Background(), stamp("2025-05-10")); err != nil {
			t.Fatal(err)
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("after a rebuild: %+v", found)
		}
	})
}

// owner is somebody who owns the database but not the key: constraints and
// triggers do not hold them.
func owner(t testing.TB, db *DB) *sqlx.Conn {
	t.Helper()
	ctx := context.Background()
	conn, err := db.write.Connx(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	power := []string{"SET session_replication_role = replica"}
	if db.Engine() == SQLite {
		power = []string{"PRAGMA foreign_keys = off"}
		var triggers []string
		if err := conn.SelectContext(ctx, &triggers, "SELECT name FROM sqlite_master WHERE type = 'trigger'"); err != nil {
			t.Fatal(err)
		}
		for _, name := range triggers {
			power = append(power, "DROP TRIGGER "+name)
		}
	}
	for _, statement := range power {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return conn
}

// followed lists every table with its key, its columns that something follows or
// seals, and a condition that picks the row to change.
func followed() []struct{ table, columns, pick string } {
	return []struct{ table, columns, pick string }{
		{"schema_migrations", "version, name, checksum", "version = 1"},
		{"counters", "agency_id, series, year, last", "year = 2025"},
		{"agencies", "id, code", "code = 'root'"},
		{"agency_versions", "agency_id, from_on, to_on, name, short_name, kind, parent_id, successor_id, sort", "name = '机关b'"},
		{"settings", "agency_id, key, from_on, value", "key = 'note'"},
		{"notices", "year, number, published_on, adopted_on, adopted_at, adopted_by, data", "year = 2027"},
		{"applicants", "uid, agency_id, kind, name, data_key, id_number, phone, email, address, id_blind, phone_blind, mac", "name = '陈某'"},
		{"cases", "id, agency_id, number, number_year, number_seq, platform, platform_number, version, last_seq, " + rowColumns, "number = '榕a申〔2025〕2号'"},
		{"case_texts", "case_id, content, items, mac", "content = '改写过的内容'"},
		{"case_parties", "case_id, place, role, applicant_id", "case_id = (SELECT MIN(id) FROM cases)"},
		{"events", eventColumns, "kind = 'extended'"},
		{"events", eventColumns, "recorded_by = 'import:1' AND case_id = (SELECT MIN(id) FROM cases) AND seq = 1"},
		{"disputes", disputeColumns, "filed_on = '2025-04-01'"},
		{"tally_outcomes", "agency_id, kind, received_year, answered_year, outcome, n", "received_year = 2025 AND answered_year = 2025"},
		{"tally_channels", "agency_id, received_month, channel, n", "received_month = 202503"},
		{"tally_days", "agency_id, answered_month, days, late, n", "answered_month = 202503"},
		{"imports", "id, imported_at, imported_by, file_hash, rows_read, rows_new, digest", "id = 1"},
		{"audit", auditColumns, "act = 'people_opened'"},
		{"audit_heads", "chain, seq, mac", "chain = 0"},
		{"anchors", "sealed_at, sealed_on, chains, entries, heads, mac", "sealed_on = '2025-05-06'"},
	}
}

func TestVerifyNamesEveryChange(t *testing.T) {
	// Whoever owns the database and changes a value of any column of any table is
	// named by table; and the change undone, nothing differs.
	eachEngine(t, func(t *testing.T, db *DB) {
		lived(t, db)
		conn := owner(t, db)
		for _, f := range followed() {
			for _, column := range strings.Split(f.columns, ", ") {
				tamper(t, db, conn, f.table, column, f.pick)
			}
		}
		if found, _ := differences(t, db); len(found) > 0 {
			t.Errorf("after all was undone: %+v", found)
		}
	})
}

func tamper(t *testing.T, db *DB, conn *sqlx.Conn, table, column, pick string) {
	t.Helper()
	ctx := context.Background()
	// The row is found again by what stays: the other columns of its key.
	var where []string
	var key []any
	row := map[string]any{}
	if err := conn.QueryRowxContext(ctx, "SELECT * FROM "+table+" WHERE "+pick+" ORDER BY 1 LIMIT 1").MapScan(row); err != nil {
		t.Fatalf("%s where %s: %v", table, pick, err)
	}
	old := row[column]
	changed := other(column, old)
	row[column] = changed
	for _, name := range keyColumns(table) {
		where = append(where, name+" = ?")
		key = append(key, row[name])
	}
	before := append([]any{changed}, key...)
	for i, name := range keyColumns(table) {
		if name == column {
			before[i+1] = old
		}
	}
	set := conn.Rebind("UPDATE " + table + " SET " + column + " = ? WHERE " + strings.Join(where, " AND "))
	if r, err := conn.ExecContext(ctx, set, before...); err != nil {
		t.Fatalf("%s.%s: %v", table, column, err)
	} else if n, _ := r.RowsAffected(); n != 1 {
		t.Fatalf("%s.%s: changed %d rows", table, column, n)
	}
	found, _ := differences(t, db)
	named := false
	for _, d := range found {
		named = named || strings.Contains(d.Table+" "+d.Message, table)
	}
	if !named {
		t.Errorf("%s.%s (%s): changed from %v to %v, found only %+v", table, column, pick, old, changed, found)
	}
	if _, err := conn.ExecContext(ctx, set, append([]any{old}, key...)...); err != nil {
		t.Fatalf("%s.%s: undo: %v", table, column, err)
	}
}

func keyColumns(table string) []string {
	keys := map[string]string{"schema_migrations": "version", "counters": "agency_id series year", "agency_versions": "agency_id from_on",
		"settings": "agency_id key from_on", "case_texts": "case_id", "case_parties": "case_id place", "events": "case_id seq",
		"disputes": "case_id place", "tally_outcomes": "agency_id kind received_year answered_year outcome",
		"tally_channels": "agency_id received_month channel", "tally_days": "agency_id answered_month days late",
		"audit": "chain seq", "audit_heads": "chain", "letters": "uid", "letter_texts": "uid version"}
	if key, ok := keys[table]; ok {
		return strings.Fields(key)
	}
	return []string{"id"}
}

// other gives another value of the same sort, with one byte or one day changed.
func other(column string, old any) any {
	switch v := old.(type) {
	case int64:
		if column == "version" {
			return v - 1
		}
		return v + 1000
	case []byte:
		return flipped(v)
	case string:
		switch {
		case strings.HasSuffix(column, "_on") && v == "":
			return "2031-01-01"
		case strings.HasSuffix(column, "_on"):
			return testkit.Day(v).AddDays(1).String()
		}
		if v == "" {
			return "x"
		}
		letters := []rune(v)
		letters[len(letters)-1] ^= 1
		return string(letters)
	case nil:
		return []byte("x")
	}
	return fmt.Sprint(old, "?")
}

func flipped(b []byte) []byte {
	out := append([]byte(nil), b...)
	if len(out) == 0 {
		return []byte{1}
	}
	out[len(out)/2] ^= 1
	return out
}

func TestVerifyFindsWhatIsGone(t *testing.T) {
	// A row taken out of the record, or put in, is named.
	deletions := []struct{ name, table, sql string }{
		{"复议", "disputes", "DELETE FROM disputes WHERE filed_on = '2025-04-01'"},
		{"最后一项登记", "events", "DELETE FROM events WHERE kind = 'extended'"},
		{"连同计数一起删去最后一项", "events", "DELETE FROM events WHERE case_id = (SELECT MAX(id) FROM cases) AND seq = 1"},
		{"导入的一项", "events", "DELETE FROM events WHERE recorded_by = 'import:1' AND kind = 'answered' AND case_id = (SELECT MIN(case_id) FROM events WHERE kind = 'answered')"},
		{"审计链末端", "audit", "DELETE FROM audit WHERE act = 'people_opened'"},
		{"一条设置", "settings", "DELETE FROM settings WHERE key = 'note'"},
		{"一个通知", "notices", "DELETE FROM notices"},
		{"导入记录", "imports", "DELETE FROM imports WHERE id = 2"},
		{"一类计数", "tally_outcomes", "DELETE FROM tally_outcomes WHERE received_year = 2025"},
		{"多出的计数", "tally_channels", "INSERT INTO tally_channels (agency_id, received_month, channel, n) VALUES (1, 199901, 'fax', 3)"},
		{"申请内容", "case_texts", "DELETE FROM case_texts WHERE content = '改写过的内容'"},
		{"当事人", "case_parties", "DELETE FROM case_parties WHERE case_id = (SELECT MAX(id) FROM cases)"},
		{"整个办件", "cases", "DELETE FROM cases WHERE id = (SELECT MAX(id) FROM cases)"},
	}
	eachEngine(t, func(t *testing.T, db *DB) {
		lived(t, db)
		conn := owner(t, db)
		seen := map[string]bool{}
		for _, d := range deletions {
			if _, err := conn.ExecContext(context.Background(), d.sql); err != nil {
				t.Fatalf("%s: %v", d.name, err)
			}
			found, _ := differences(t, db)
			named := false
			for _, x := range found {
				named = named || strings.Contains(x.Table+" "+x.Message, d.table) && !seen[x.Table+x.Row+x.Message]
			}
			for _, x := range found {
				seen[x.Table+x.Row+x.Message] = true
			}
			if !named {
				t.Errorf("%s: no new difference in %s", d.name, d.table)
			}
		}
	})
}

func TestVerifyNamesTheEvent(t *testing.T) {
	// A backdated receipt is named by case number, place and kind.
	eachEngine(t, func(t *testing.T, db *DB) {
		lived(t, db)
		conn := owner(t, db)
		if _, err := conn.ExecContext(context.Background(), "UPDATE events SET happened_on = '2025-03-01' WHERE kind = 'received' AND case_id = (SELECT id FROM cases WHERE number = '榕a申〔2025〕1号')"); err != nil {
			t.Fatal(err)
		}
		found, _ := differences(t, db)
		for _, d := range found {
			if d.Table == "events" && d.Number == "榕a申〔2025〕1号" && d.Seq == 1 && d.Kind == "received" {
				return
			}
		}
		t.Errorf("not named: %+v", found)
	})
}
