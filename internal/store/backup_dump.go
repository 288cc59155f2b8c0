package store

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// errNoSpace is what a full disk answers.
const errNoSpace = syscall.ENOSPC

// openSQLiteCopy opens a file to copy from it, or a copy to look at it. Unlike the
// reading pool it is not query_only: VACUUM INTO counts as writing.
func openSQLiteCopy(path string) *sqlx.DB {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?mode=ro&_busy_timeout=10000"
	db := sqlx.NewDb(sql.OpenDB(sqliteConnector{dsn, &sqlite3.SQLiteDriver{}}), "sqlite3")
	db.SetMaxOpenConns(1)
	return db
}

// copyPostgres writes each table as lines of JSON arrays, the first line naming
// the columns, all from one picture of the database. Bytes are base64 in an
// array of their own.
func (db *DB) copyPostgres(ctx context.Context, work string) (rows map[string]int64, ends *ChainEnds, err error) {
	folder := filepath.Join(work, filepath.FromSlash(tablesFolder))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, nil, err
	}
	rows = map[string]int64{}
	err = db.look(ctx, func(t *tx) error {
		for i, table := range schemaTables() {
			n, err := t.dumpTable(table, filepath.Join(folder, fmt.Sprintf("%02d-%s.ndjson", i, table)))
			if err != nil {
				return fmt.Errorf("dump %s: %w", table, err)
			}
			rows[table] = n
		}
		e, err := t.chainEnds()
		ends = &e
		return err
	})
	return rows, ends, full(err)
}

func (t *tx) dumpTable(table, file string) (n int64, err error) {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := t.QueryxContext(t.ctx, "SELECT * FROM "+table)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if err := lines.Encode(columns); err != nil {
		return 0, err
	}
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return 0, err
		}
		for i, value := range values {
			if b, ok := value.([]byte); ok {
				values[i] = []string{base64.StdEncoding.EncodeToString(b)}
			}
		}
		if err := lines.Encode(values); err != nil {
			return 0, err
		}
		n++
	}
	return n, errors.Join(rows.Err(), out.Flush())
}

// loadTable inserts what dumpTable wrote. The number of lines must be that of
// the manifest.
func (t *tx) loadTable(table, file string, want int64) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := json.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	in.UseNumber()
	var columns []string
	if err := in.Decode(&columns); err != nil {
		return err
	}
	for _, c := range columns {
		if strings.Trim(c, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return fmt.Errorf("no column is called %q", c)
		}
	}
	to := newBulk(t, table, strings.Join(columns, ", "), "")
	for n := int64(0); ; n++ {
		var values []any
		err := in.Decode(&values)
		if errors.Is(err, io.EOF) {
			if n != want {
				return fmt.Errorf("%d rows, the manifest says %d", n, want)
			}
			return to.flush()
		}
		if err != nil {
			return err
		}
		if len(values) != len(columns) {
			return fmt.Errorf("line %d has %d values, not %d", n+2, len(values), len(columns))
		}
		for i := range values {
			if values[i], err = loadValue(values[i]); err != nil {
				return fmt.Errorf("line %d: %w", n+2, err)
			}
		}
		if err := to.add(values...); err != nil {
			return err
		}
	}
}

func loadValue(value any) (any, error) {
	switch v := value.(type) {
	case json.Number:
		return v.Int64()
	case []any:
		if len(v) == 1 {
			if text, ok := v[0].(string); ok {
				return base64.StdEncoding.DecodeString(text)
			}
		}
		return nil, errors.New("bytes are written otherwise")
	}
	return value, nil
}
