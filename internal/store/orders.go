package store

import (
	"context"
	"errors"
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

const orderColumns = `id, kind, issuer_id, year, seq, number, agency_id, case_id, ordered_on, due_on, content, issued_at, issued_by,
	reply, replied_on, replied_at, replied_by, verdict, closed_on, closed_at, closed_by, version, mac`

// orderRow is a line of supervision_orders.
type orderRow struct {
	ID        int64         `db:"id"`
	Kind      string        `db:"kind"`
	IssuerID  int64         `db:"issuer_id"`
	Year      int           `db:"year"`
	Seq       int64         `db:"seq"`
	Number    string        `db:"number"`
	AgencyID  int64         `db:"agency_id"`
	CaseID    int64         `db:"case_id"`
	OrderedOn calendar.Date `db:"ordered_on"`
	DueOn     calendar.Date `db:"due_on"`
	Content   string        `db:"content"`
	IssuedAt  int64         `db:"issued_at"`
	IssuedBy  string        `db:"issued_by"`
	Reply     string        `db:"reply"`
	RepliedOn calendar.Date `db:"replied_on"`
	RepliedAt int64         `db:"replied_at"`
	RepliedBy string        `db:"replied_by"`
	Verdict   string        `db:"verdict"`
	ClosedOn  calendar.Date `db:"closed_on"`
	ClosedAt  int64         `db:"closed_at"`
	ClosedBy  string        `db:"closed_by"`
	Version   int64         `db:"version"`
	MAC       []byte        `db:"mac"`
}

func (r orderRow) domain() (cases.Order, error) {
	kind, err := cases.ParseOrderKind(r.Kind)
	if err != nil {
		return cases.Order{}, fmt.Errorf("read order %d: %w", r.ID, err)
	}
	return cases.Order{ID: r.ID, Kind: kind, IssuerID: r.IssuerID, Number: r.Number, AgencyID: r.AgencyID, CaseID: r.CaseID, OrderedOn: r.OrderedOn, DueOn: r.DueOn,
		Content: r.Content, IssuedAt: r.IssuedAt, IssuedBy: r.IssuedBy, Reply: r.Reply, RepliedOn: r.RepliedOn, RepliedBy: r.RepliedBy,
		Verdict: r.Verdict, ClosedOn: r.ClosedOn, ClosedBy: r.ClosedBy, Version: r.Version}, nil
}

// orderMAC covers everything but the id, which the database gives.
func (t *tx) orderMAC(r orderRow) []byte {
	b := secret.AppendText(t.hash.buf[:0], "supervision order")
	for _, n := range []int64{r.IssuerID, int64(r.Year), r.Seq, r.AgencyID, r.CaseID, r.IssuedAt, r.RepliedAt, r.ClosedAt, r.Version} {
		b = secret.AppendInt(b, n)
	}
	for _, text := range []string{r.Kind, r.Number, r.OrderedOn.String(), r.DueOn.String(), r.Content, r.IssuedBy, r.Reply, r.RepliedOn.String(), r.RepliedBy,
		r.Verdict, r.ClosedOn.String(), r.ClosedBy} {
		b = secret.AppendText(b, text)
	}
	t.hash.buf = b
	return t.hash.text.Sum(nil, b)
}

// IssueOrder gives an order its number, of the issuer's series of the kind and the
// year of ordering, and stores it once for a form. The domain's refusals come back
// as they are.
func (db *DB) IssueOrder(ctx context.Context, s cases.Stamp, sub Submission, o cases.Order) (id int64, err error) {
	if err := o.CheckNew(s.Today); err != nil {
		return 0, err
	}
	err = db.inTx(ctx, func(t *tx) error {
		already := false
		if id, already, err = t.spent(s, sub); err != nil || already {
			return err
		}
		if err := t.spend(s, sub); err != nil {
			return err
		}
		if id, err = t.issueOrder(s, o); err != nil {
			return err
		}
		return t.spentOn(s, sub, id)
	})
	if duplicate(err) { // the same form, sent twice at the same moment
		id, _, err = db.madeBy(ctx, s, sub, err)
	}
	return id, err
}

func (t *tx) issueOrder(s cases.Stamp, o cases.Order) (id int64, err error) {
	numbering, err := t.numberingOf(o.IssuerID, o.OrderedOn)
	if err != nil {
		return 0, err
	}
	r := orderRow{Kind: o.Kind.Code(), IssuerID: o.IssuerID, Year: o.OrderedOn.Year(), AgencyID: o.AgencyID, CaseID: o.CaseID, OrderedOn: o.OrderedOn, DueOn: o.DueOn,
		Content: o.Content, IssuedAt: s.At, IssuedBy: s.By, Version: 1}
	if r.CaseID != 0 {
		var of int64
		if err := t.Get(&of, "SELECT agency_id FROM cases WHERE id = ?", r.CaseID); err != nil {
			return 0, missing(err, "这个办件")
		}
		if of != r.AgencyID {
			return 0, Fail(Invalid, "这个办件不是被督办机关的。")
		}
	}
	if r.Seq, err = t.count(r.IssuerID, r.Kind, r.Year, 1); err != nil {
		return 0, err
	}
	r.Number = fmt.Sprintf("%s%s〔%d〕%d号", numbering.short, o.Kind.Mark(), r.Year, r.Seq)
	if err := t.Get(&id, `INSERT INTO supervision_orders (kind, issuer_id, year, seq, number, agency_id, case_id, ordered_on, due_on, content, issued_at, issued_by, version, mac)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`, r.Kind, r.IssuerID, r.Year, r.Seq, r.Number, r.AgencyID, r.CaseID, r.OrderedOn, r.DueOn,
		r.Content, r.IssuedAt, r.IssuedBy, r.Version, t.orderMAC(r)); err != nil {
		return 0, fmt.Errorf("issue an order: %w", err)
	}
	return id, t.audit(r.IssuerID, s, Entry{Act: "order_issued", Object: "order", ObjectID: id,
		Detail: map[string]any{"kind": r.Kind, "number": r.Number, "agency": r.AgencyID, "case": r.CaseID, "due_on": r.DueOn}})
}

// Order gives one; NotFound.
func (db *DB) Order(ctx context.Context, id int64) (o cases.Order, err error) {
	err = db.look(ctx, func(t *tx) error {
		var r orderRow
		if err := t.Get(&r, "SELECT "+orderColumns+" FROM supervision_orders WHERE id = ?", id); err != nil {
			return missing(err, "这份督办单")
		}
		o, err = r.domain()
		return err
	})
	return o, err
}

// OrdersOf lists the orders to some agencies in a period of ordering, both days
// included, the latest first; a zero day asks nothing.
func (db *DB) OrdersOf(ctx context.Context, agencies []int64, from, to calendar.Date) ([]cases.Order, error) {
	if to.IsZero() {
		to = calendar.MustParse("9999-12-31")
	}
	return db.orders(ctx, "agency_id IN (?) AND ordered_on >= ? AND ordered_on <= ? ORDER BY ordered_on DESC, id DESC", agencies, agencies, from, to)
}

// OrdersOnCases lists the orders about some cases, the latest first.
func (db *DB) OrdersOnCases(ctx context.Context, ids []int64) ([]cases.Order, error) {
	return db.orders(ctx, "case_id <> 0 AND case_id IN (?) ORDER BY ordered_on DESC, id DESC", ids, ids)
}

func (db *DB) orders(ctx context.Context, where string, some []int64, args ...any) (out []cases.Order, err error) {
	if len(some) == 0 {
		return nil, nil
	}
	var rows []orderRow
	if err := db.look(ctx, func(t *tx) error {
		return t.SelectIn(&rows, "SELECT "+orderColumns+" FROM supervision_orders WHERE "+where, args...)
	}); err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	for _, r := range rows {
		o, err := r.domain()
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// ReplyOrder writes down what the unit did; until it is closed the reply can be
// written anew. version is that which the form started from. Conflict: somebody
// else wrote meanwhile, or the order is closed.
func (db *DB) ReplyOrder(ctx context.Context, s cases.Stamp, id, version int64, on calendar.Date, text string) error {
	return db.changeOrder(ctx, s, id, version, Entry{Act: "order_replied"}, func(o cases.Order, r *orderRow) error {
		if o.Closed() {
			return Fail(Conflict, "这份%s已于%s办结，不能再回复。", o.Kind.Label(), o.ClosedOn.Chinese())
		}
		if err := o.CheckText(text, on, s.Today, "办理情况"); err != nil {
			return err
		}
		if r.Reply == text && r.RepliedOn == on {
			return errUnchanged
		}
		r.Reply, r.RepliedOn, r.RepliedAt, r.RepliedBy = text, on, s.At, s.By
		return nil
	})
}

// CloseOrder ends an order with a word on what came of it.
func (db *DB) CloseOrder(ctx context.Context, s cases.Stamp, id, version int64, on calendar.Date, verdict string) error {
	return db.changeOrder(ctx, s, id, version, Entry{Act: "order_closed"}, func(o cases.Order, r *orderRow) error {
		if o.Closed() && r.Verdict == verdict {
			return errUnchanged
		}
		if o.Closed() {
			return Fail(Conflict, "这份%s已于%s办结。", o.Kind.Label(), o.ClosedOn.Chinese())
		}
		if err := o.CheckText(verdict, on, s.Today, "办结意见"); err != nil {
			return err
		}
		r.Verdict, r.ClosedOn, r.ClosedAt, r.ClosedBy = verdict, on, s.At, s.By
		return nil
	})
}

// errUnchanged ends a change that would write what stands already: the form was
// sent twice.
var errUnchanged = errors.New("unchanged")

func (db *DB) changeOrder(ctx context.Context, s cases.Stamp, id, version int64, e Entry, change func(cases.Order, *orderRow) error) error {
	err := db.raw(ctx, func(t *tx) error {
		t.hash = newHashers(db.key)
		var r orderRow
		if err := t.Get(&r, "UPDATE supervision_orders SET version = version WHERE id = ? RETURNING "+orderColumns, id); err != nil {
			return missing(err, "这份督办单")
		}
		o, err := r.domain()
		if err != nil {
			return err
		}
		if err := change(o, &r); err != nil {
			return err
		}
		if r.Version != version {
			return Stale()
		}
		r.Version++
		if _, err := t.Exec(`UPDATE supervision_orders SET reply = ?, replied_on = ?, replied_at = ?, replied_by = ?, verdict = ?, closed_on = ?, closed_at = ?, closed_by = ?,
			version = ?, mac = ? WHERE id = ?`, r.Reply, r.RepliedOn, r.RepliedAt, r.RepliedBy, r.Verdict, r.ClosedOn, r.ClosedAt, r.ClosedBy, r.Version, t.orderMAC(r), id); err != nil {
			return fmt.Errorf("change an order: %w", err)
		}
		e.Object, e.ObjectID, e.Detail = "order", id, map[string]any{"kind": r.Kind, "number": r.Number, "version": r.Version}
		return t.audit(r.AgencyID, s, e)
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// OrderCount is how many orders an agency got in a period, and how they stand.
type OrderCount struct{ Orders, Open, Late int }

// CountOrders counts the orders of a list by the agency that is to answer.
func CountOrders(list []cases.Order, day calendar.Date) map[int64]OrderCount {
	out := map[int64]OrderCount{}
	for _, o := range list {
		n := out[o.AgencyID]
		n.Orders++
		if !o.Closed() {
			n.Open++
		}
		if _, late := o.Standing(day); late {
			n.Late++
		}
		out[o.AgencyID] = n
	}
	return out
}

// orders holds each order against its mac and its place in the series, and the
// audit against what is there.
func (v *verifier) orders() error {
	var rows []orderRow
	if err := v.t.Select(&rows, "SELECT "+orderColumns+" FROM supervision_orders ORDER BY issuer_id, kind, year, seq"); err != nil {
		return fmt.Errorf("read the orders: %w", err)
	}
	type series struct {
		issuer int64
		kind   string
		year   int
	}
	last, there := map[series]int64{}, map[int64]bool{}
	for _, r := range rows {
		name := fmt.Sprintf("id=%d", r.ID)
		there[r.ID] = true
		if !secret.Equal(r.MAC, v.t.orderMAC(r)) {
			v.found("supervision_orders", name, "mac", "督办文书 %s 与其校验码不符：登记后被改动过。", r.Number)
		}
		k := series{r.IssuerID, r.Kind, r.Year}
		if r.Seq != last[k]+1 {
			v.found("supervision_orders", name, "seq", "督办文书 %s 之前缺号。", r.Number)
		}
		last[k] = r.Seq
	}
	var counters []struct {
		Issuer int64  `db:"agency_id"`
		Series string `db:"series"`
		Year   int    `db:"year"`
		Last   int64  `db:"last"`
	}
	if err := v.t.Select(&counters, "SELECT agency_id, series, year, last FROM counters WHERE series IN ('order', 'rectify') ORDER BY agency_id, series, year"); err != nil {
		return fmt.Errorf("read the counters of orders: %w", err)
	}
	for _, c := range counters {
		if n := last[series{c.Issuer, c.Series, c.Year}]; n != c.Last {
			v.found("counters", fmt.Sprintf("agency_id=%d, series=%s, year=%d", c.Issuer, c.Series, c.Year), "last", "督办文书的编号已用到第 %d 号，登记的最后一份是第 %d 号。", c.Last, n)
		}
	}
	return v.gone("order", "order_issued", "supervision_orders", "督办文书", there)
}

// gone names what the audit saw made and the table no longer has.
func (v *verifier) gone(object, act, table, word string, there map[int64]bool) error {
	var made []int64
	if err := v.t.Select(&made, "SELECT DISTINCT object_id FROM audit WHERE object = ? AND act = ? ORDER BY object_id", object, act); err != nil {
		return fmt.Errorf("read what was made: %w", err)
	}
	for _, id := range made {
		if !there[id] {
			v.found(table, fmt.Sprintf("id=%d", id), "", "%s第 %d 条在审计记录里有，现已不见。", word, id)
		}
	}
	return nil
}
