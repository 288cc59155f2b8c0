package store

import (
	"strings"

	"github.com/jmoiron/sqlx"
)

// prepared gives a statement of this transaction, prepared once.
func (t *tx) prepared(query string) (*sqlx.Stmt, error) {
	if s, ok := t.stmts[query]; ok {
		return s, nil
	}
	s, err := t.Tx.PreparexContext(t.ctx, t.Rebind(query))
	if err != nil {
		return nil, err
	}
	if t.stmts == nil {
		t.stmts = map[string]*sqlx.Stmt{}
	}
	t.stmts[query] = s
	return s, nil
}

// bulk writes rows of one table several hundred a statement. Rows added stand in
// the table only after flush.
type bulk struct {
	t     *tx
	head  string // INSERT INTO table (columns) VALUES
	tail  string // ON CONFLICT ..., or ""
	width int
	rows  int // a statement
	args  []any
	wrote int64 // rows that were written, not left out by the tail
}

// newBulk takes the columns as they stand in SQL. Both engines take some 32,000
// parameters a statement; a few thousand are as fast.
func newBulk(t *tx, table, columns, tail string) *bulk {
	width := strings.Count(columns, ",") + 1
	return &bulk{t: t, head: "INSERT INTO " + table + " (" + columns + ") VALUES ", tail: tail,
		width: width, rows: max(1, 4000/width)}
}

func (b *bulk) add(values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) >= b.rows*b.width {
		return b.flush()
	}
	return nil
}

func (b *bulk) flush() error {
	if len(b.args) == 0 {
		return nil
	}
	stmt, err := b.t.prepared(b.head + placeholders(len(b.args)/b.width, b.width) + b.tail)
	if err != nil {
		return err
	}
	done, err := stmt.ExecContext(b.t.ctx, b.args...)
	clear(b.args)
	b.args = b.args[:0]
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	b.wrote += n
	return err
}

// placeholders gives "(?, ?), (?, ?)" for a number of rows.
func placeholders(rows, width int) string {
	row := "(" + strings.Repeat("?, ", width-1) + "?)"
	return strings.Repeat(row+", ", rows-1) + row
}
