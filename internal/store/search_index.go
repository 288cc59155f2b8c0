package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/internal/secret"
)

// indexAtOnce is how many cases one transaction indexes: it keeps writers waiting
// for some tenths of a second.
const indexAtOnce = 1024

// tidyAfter is after how many indexed cases the engine looks at the index anew.
// PostgreSQL would read the whole index for each block as long as it believes
// that the table is as empty as when it last looked, and pass by each entry of
// the queue that is gone: a province's import would be indexed for hours.
const tidyAfter = 16 * indexAtOnce

// IndexPending takes up to most cases that wait for it into the search index, the
// earliest first, and gives how many still wait. It may be stopped and started
// again at any time, and run in several processes. Without it searches find the
// same, only slower.
func (db *DB) IndexPending(ctx context.Context, most int) (left int64, err error) {
	// Asked first, so that looking for work does not write.
	if left, err = db.IndexWaiting(ctx); err != nil || left == 0 {
		return left, err
	}
	for most > 0 {
		part, n := min(most, indexAtOnce), 0
		err := db.raw(ctx, func(t *tx) error {
			t.hash = newHashers(db.key)
			n, err = t.indexSome(part)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("fill the search index: %w", err)
		}
		if err := db.tidyIndex(ctx, n); err != nil {
			return 0, err
		}
		if most -= n; n < part {
			break
		}
	}
	return db.IndexWaiting(ctx)
}

// tidyIndex hears that n more cases are indexed.
func (db *DB) tidyIndex(ctx context.Context, n int) error {
	if db.untidy.Add(int64(n)) < tidyAfter {
		return nil
	}
	db.untidy.Store(0)
	pool, err := db.writer()
	if err != nil {
		return err
	}
	for _, statement := range db.engine.tidyIndex {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("tidy the search index: %w", err)
		}
	}
	return nil
}

// IndexWaiting counts the cases that wait for the search index. While there are
// many, searches take longer; lists say so.
func (db *DB) IndexWaiting(ctx context.Context) (n int64, err error) {
	if err = db.read.GetContext(ctx, &n, "SELECT COUNT(*) FROM search_queue"); err != nil {
		return 0, fmt.Errorf("count what waits for the search index: %w", err)
	}
	return n, nil
}

// KeepIndexed fills the search index until ctx ends, looking for more every so
// often. failed hears of errors; the next look tries again.
func (db *DB) KeepIndexed(ctx context.Context, every time.Duration, failed func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		left, err := int64(0), error(nil)
		if db.Damaged() == nil {
			left, err = db.IndexPending(ctx, indexAtOnce)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			failed(err)
		} else if left > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// queueIndex notes that cases have to be indexed again. It locks the entry, so
// that an indexer that has just taken it does not miss what is being written.
func (t *tx) queueIndex(ids ...int64) error {
	slices.Sort(ids)
	b := newBulk(t, "search_queue", "case_id", " ON CONFLICT (case_id) DO UPDATE SET case_id = excluded.case_id")
	for _, id := range ids {
		if err := b.add(id); err != nil {
			return fmt.Errorf("queue for the search index: %w", err)
		}
	}
	if err := b.flush(); err != nil {
		return fmt.Errorf("queue for the search index: %w", err)
	}
	return nil
}

// indexSome indexes up to n waiting cases and says how many there were.
func (t *tx) indexSome(n int) (int, error) {
	// One indexer at a time: two could overwrite each other's blocks.
	if _, err := t.Exec(`INSERT INTO meta (key, value) VALUES ('search_index', '1')
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`); err != nil {
		return 0, err
	}
	var ids []int64
	if err := t.Select(&ids, `DELETE FROM search_queue WHERE case_id IN
		(SELECT case_id FROM search_queue ORDER BY case_id LIMIT ?) RETURNING case_id`, n); err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, nil
	}
	texts, err := t.searchTexts(ids)
	if err != nil {
		return 0, err
	}
	blocks := map[int64]map[string]*blockSet{}
	for _, id := range ids {
		if x := texts[id]; x != nil {
			addToBlock(blocks, id, x)
		}
	}
	for n, terms := range blocks {
		if err := t.writeBlock(n, terms); err != nil {
			return 0, err
		}
	}
	return len(ids), t.indexTails(ids)
}

func addToBlock(blocks map[int64]map[string]*blockSet, id int64, x *searchText) {
	terms := map[string]bool{agencyTerm(x.agency): true}
	for _, field := range x.fields {
		addTerms(terms, field)
	}
	at := blocks[id/blockSize]
	if at == nil {
		at = map[string]*blockSet{}
		blocks[id/blockSize] = at
	}
	for term := range terms {
		if at[term] == nil {
			at[term] = new(blockSet)
		}
		at[term].add(id % blockSize)
	}
}

// writeBlock adds to what the block holds already.
func (t *tx) writeBlock(n int64, terms map[string]*blockSet) error {
	names := make([]string, 0, len(terms))
	for term := range terms {
		names = append(names, term)
	}
	slices.Sort(names)
	for part := range slices.Chunk(names, 1000) {
		var old []struct {
			Term string `db:"term"`
			IDs  []byte `db:"ids"`
		}
		if err := t.SelectIn(&old, "SELECT term, ids FROM search_terms WHERE block = ? AND term IN (?)", n, part); err != nil {
			return err
		}
		for _, o := range old {
			if err := terms[o.Term].merge(o.IDs); err != nil {
				return err
			}
		}
	}
	b := newBulk(t, "search_terms", "term, block, ids", " ON CONFLICT (term, block) DO UPDATE SET ids = excluded.ids")
	for _, term := range names {
		if err := b.add(term, n, terms[term].encode()); err != nil {
			return err
		}
	}
	return b.flush()
}

// contentField is the place of the content among the fields of searchText.
const contentField = 2

// searchText is what of a case is searched, folded.
type searchText struct {
	agency int64
	fields []string
}

func (x *searchText) holds(folded string) bool {
	return slices.ContainsFunc(x.fields, func(f string) bool { return strings.Contains(f, folded) })
}

// searchTexts reads number, platform number, number of the letter, content and
// names of some cases.
func (t *tx) searchTexts(ids []int64) (map[int64]*searchText, error) {
	out := make(map[int64]*searchText, len(ids))
	for part := range slices.Chunk(ids, 1000) {
		if err := t.readSearchTexts(out, part); err != nil {
			return nil, fmt.Errorf("read what is searched: %w", err)
		}
	}
	return out, nil
}

func (t *tx) readSearchTexts(out map[int64]*searchText, ids []int64) error {
	var rows []struct {
		ID       int64  `db:"id"`
		AgencyID int64  `db:"agency_id"`
		Number   string `db:"number"`
		Platform string `db:"platform_number"`
		Content  string `db:"content"`
	}
	if err := t.SelectIn(&rows, `SELECT c.id, c.agency_id, c.number, c.platform_number, COALESCE(x.content, '') AS content
		FROM cases c LEFT JOIN case_texts x ON x.case_id = c.id WHERE c.id IN (?)`, ids); err != nil {
		return err
	}
	for _, r := range rows {
		out[r.ID] = &searchText{r.AgencyID, []string{fold(r.Number), fold(r.Platform), fold(r.Content)}}
	}
	var more []struct {
		CaseID int64  `db:"case_id"`
		Name   string `db:"name"`
		Data   string `db:"data"`
	}
	if err := t.SelectIn(&more, `SELECT p.case_id, a.name, '' AS data FROM case_parties p JOIN applicants a ON a.id = p.applicant_id
		WHERE p.case_id IN (?) UNION ALL SELECT case_id, '' AS name, data FROM events
		WHERE case_id IN (?) AND kind = 'received' AND data LIKE '%"mail"%'`, ids, ids); err != nil {
		return err
	}
	for _, m := range more {
		x := out[m.CaseID]
		if x == nil {
			continue // verify names what belongs to no case
		}
		text := m.Name
		if m.Data != "" {
			var letter struct{ Mail string }
			if err := json.Unmarshal([]byte(m.Data), &letter); err != nil {
				continue // spoiled: verify names it, a search must go on
			}
			text = letter.Mail
		}
		x.fields = append(x.fields, fold(text))
	}
	return nil
}

// tailOf gives the last four digits of a telephone number, "" if it has fewer
// than five: then the tail would be the number.
func tailOf(phone string) string {
	phone = bare(phone)
	if len(phone) < 5 {
		return ""
	}
	return phone[len(phone)-4:]
}

// indexTails writes the ends of the telephone numbers of some cases' people.
func (t *tx) indexTails(ids []int64) error {
	var people []applicantRow
	if err := t.SelectIn(&people, `SELECT DISTINCT a.id, a.uid, a.agency_id, a.kind, a.name, a.data_key, a.phone, a.phone_blind
		FROM case_parties p JOIN applicants a ON a.id = p.applicant_id WHERE p.case_id IN (?)`, ids); err != nil {
		return err
	}
	var with, all []int64
	tails := map[int64][]byte{}
	agencies := map[int64]int64{}
	mac := t.db.key.IndexMAC("applicant.phone_tail")
	for _, p := range people {
		all = append(all, p.ID)
		tail, err := t.openTail(p, mac)
		if err != nil || tail == nil {
			continue // none, or spoiled: verify names it
		}
		with, tails[p.ID], agencies[p.ID] = append(with, p.ID), tail, p.AgencyID
	}
	for part := range slices.Chunk(all, 1000) {
		query, args, err := inList("DELETE FROM phone_tails WHERE applicant_id IN (?)", part)
		if err != nil {
			return err
		}
		if _, err := t.Exec(query, args...); err != nil {
			return err
		}
	}
	b := newBulk(t, "phone_tails", "agency_id, tail, applicant_id", "")
	for _, id := range with {
		if err := b.add(agencies[id], tails[id], id); err != nil {
			return err
		}
	}
	return b.flush()
}

func (t *tx) openTail(p applicantRow, mac *secret.MAC) ([]byte, error) {
	if p.Phone == nil || p.DataKey == nil {
		return nil, nil
	}
	a, err := p.open(t.db.key)
	if err != nil {
		return nil, err
	}
	tail := tailOf(a.Phone)
	if tail == "" {
		return nil, nil
	}
	return mac.Sum(nil, []byte(tail)), nil
}
