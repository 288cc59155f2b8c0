package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gongkai/internal/calendar"
)

// pairSet is the pairs of signs of a folded text.
type pairSet map[string]bool

func pairsOf(text string) pairSet {
	out := pairSet{}
	if folded := fold(text); folded != "" {
		for _, pair := range queryTerms(folded) {
			out[pair] = true
		}
	}
	return out
}

// similar gives the share of pairs that two texts have in common (Dice), 0 to 1.
func (p pairSet) similar(q pairSet) float64 {
	if len(p)+len(q) == 0 {
		return 0
	}
	common := 0
	for pair := range p {
		if q[pair] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(p)+len(q))
}

const (
	nearEnough   = 0.6 // alike enough for a second look at registration
	nearEqual    = 0.85
	mostEarlier  = 20
	mostCompared = 200 // cases of the same name whose contents are compared
	doubleMonths = 12
)

// Likeness is what is known of an application before it is registered.
type Likeness struct {
	Name, IDNumber, Phone string
	Content               string
	Today                 calendar.Date
	Except                int64 // a case that is not its own double, 0 for none
}

// Doubles looks, before an application is registered, for what the same person
// asked this agency earlier, and for likely doubles of it: of the same person or
// name, with a content alike (six of ten pairs of signs), received in the last 12
// months or not confirmed yet. Voided entries are no doubles. Who has the same identity number or telephone is
// the same person; of a name alone that is only likely. Each list holds at most
// 20, latest receipt first.
func (db *DB) Doubles(ctx context.Context, agency int64, p Likeness) (earlier, doubles []CaseRow, err error) {
	err = db.look(ctx, func(t *tx) error {
		earlier, doubles, err = t.doubles(agency, p)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("look for doubles: %w", err)
	}
	return earlier, doubles, nil
}

func (t *tx) doubles(agency int64, p Likeness) (earlier, doubles []CaseRow, err error) {
	idBlind, phoneBlind := t.db.blind("id_number", p.IDNumber), t.db.blind("phone", p.Phone)
	var found []struct {
		CaseID int64         `db:"case_id"`
		On     calendar.Date `db:"received_on"`
	}
	// Three looks into three indexes; an OR would read the agency's whole register.
	const one = `SELECT p.case_id, c.received_on FROM applicants a JOIN case_parties p ON p.applicant_id = a.id
		JOIN cases c ON c.id = p.case_id WHERE c.state <> 'voided' AND a.agency_id = ? AND `
	if err := t.Select(&found, one+"a.id_blind IS NOT NULL AND a.id_blind = ? UNION "+one+"a.phone_blind IS NOT NULL AND a.phone_blind = ? UNION "+
		one+"a.name = ? AND a.name <> '' ORDER BY 2 DESC, 1 DESC LIMIT ?",
		agency, idBlind, agency, phoneBlind, agency, p.Name, mostCompared); err != nil {
		return nil, nil, err
	}
	ids := []int64{}
	for _, f := range found {
		if f.CaseID != p.Except {
			ids = append(ids, f.CaseID)
		}
	}
	contents, err := t.contents(ids)
	if err != nil {
		return nil, nil, err
	}
	like, since := pairsOf(p.Content), p.Today.AddMonths(-doubleMonths)
	var near []int64
	for _, f := range found {
		recent := f.On.IsZero() || !f.On.Before(since)
		if f.CaseID != p.Except && recent && len(near) < mostEarlier && like.similar(pairsOf(contents[f.CaseID])) >= nearEnough {
			near = append(near, f.CaseID)
		}
	}
	if earlier, err = t.caseRowsOf(ids[:min(len(ids), mostEarlier)]); err != nil {
		return nil, nil, err
	}
	doubles, err = t.caseRowsOf(near)
	return earlier, doubles, err
}

// Asked is something that several applicants asked for.
type Asked struct {
	Content    string // as the first of them put it
	Applicants int    // by name
	Rows       []CaseRow
}

// mostAsked bounds the cases of a period that AskedBySeveral compares.
const mostAsked = 20_000

// AskedBySeveral groups the cases that some agencies received in a period
// (inclusive) by contents that are nearly equal, and gives the groups of at least
// so many applicants, the largest first: what Art 44 has an agency consider for
// publication at three and more. Invalid: more cases than can be compared.
func (db *DB) AskedBySeveral(ctx context.Context, agencyIDs []int64, from, to calendar.Date, least int) (out []Asked, err error) {
	if len(agencyIDs) == 0 {
		return nil, nil
	}
	err = db.look(ctx, func(t *tx) error {
		var rows []askedRow
		if err := t.SelectIn(&rows, `SELECT c.id, x.content, COALESCE(a.name, '') AS name FROM cases c JOIN case_texts x ON x.case_id = c.id
			LEFT JOIN case_parties p ON p.case_id = c.id AND p.place = 1 LEFT JOIN applicants a ON a.id = p.applicant_id
			WHERE c.agency_id IN (?) AND c.received_on >= ? AND c.received_on <= ? AND c.received_on <> '' AND c.state <> 'voided' AND x.content <> ''
			ORDER BY c.id LIMIT ?`, agencyIDs, from, to, mostAsked+1); err != nil {
			return fmt.Errorf("read what was asked: %w", err)
		}
		if len(rows) > mostAsked {
			return Fail(Invalid, "这段时间的办件超过%d件，比不过来；请缩短期间或只选一个机关。", mostAsked)
		}
		out, err = t.asked(groupAsked(rows), least)
		return err
	})
	return out, err
}

type askedRow struct {
	ID      int64  `db:"id"`
	Content string `db:"content"`
	Name    string `db:"name"`
}

// askedGroup is cases with nearly equal contents; pairs are those of the first.
type askedGroup struct {
	pairs pairSet
	rows  []askedRow
	names map[string]bool
}

// groupAsked puts each case to the group whose first content is most like its
// own. Groups are looked up by rare pairs, so that not everything is compared
// with everything.
func groupAsked(rows []askedRow) []*askedGroup {
	pairs, often := make([]pairSet, len(rows)), map[string]int{}
	for i, r := range rows {
		pairs[i] = pairsOf(r.Content)
		for pair := range pairs[i] {
			often[pair]++
		}
	}
	var groups []*askedGroup
	byPair := map[string][]*askedGroup{}
	for i, r := range rows {
		var best *askedGroup
		most, rare := nearEqual, rarest(pairs[i], often)
		for _, pair := range rare {
			for _, g := range byPair[pair] {
				if like := pairs[i].similar(g.pairs); like >= most {
					best, most = g, like
				}
			}
		}
		if best == nil {
			best = &askedGroup{pairs: pairs[i], names: map[string]bool{}}
			groups = append(groups, best)
			for _, pair := range rare {
				byPair[pair] = append(byPair[pair], best)
			}
		}
		best.rows = append(best.rows, r)
		best.names[r.Name] = true
	}
	return groups
}

// rarest gives the rarest pairs of a text that others have too: a third of them.
// Texts that have 85 of 100 pairs in common share one of these.
func rarest(p pairSet, often map[string]int) []string {
	var out []string
	for pair := range p {
		if often[pair] > 1 {
			out = append(out, pair)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(often[a], often[b]), cmp.Compare(a, b)) })
	return out[:min(len(out), len(p)/3+1)]
}

func (t *tx) asked(groups []*askedGroup, least int) ([]Asked, error) {
	groups = slices.DeleteFunc(groups, func(g *askedGroup) bool { return len(g.names) < least })
	slices.SortStableFunc(groups, func(a, b *askedGroup) int { return cmp.Compare(len(b.names), len(a.names)) })
	var out []Asked
	for _, g := range groups {
		ids := make([]int64, len(g.rows))
		for i, r := range g.rows {
			ids[i] = r.ID
		}
		rows, err := t.caseRowsOf(ids)
		if err != nil {
			return nil, err
		}
		if len(rows) < len(g.rows) {
			continue // a sensitive case is among them
		}
		out = append(out, Asked{Content: g.rows[0].Content, Applicants: len(g.names), Rows: rows})
	}
	return out, nil
}
