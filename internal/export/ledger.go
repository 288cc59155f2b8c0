package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"gongkai/internal/cases"
)

// WriteLedgerCSV writes cases as the machine's ledger: UTF-8 without BOM, the
// keys of cases.Columns as its head, codes and yyyy-mm-dd as its values. What a
// spreadsheet would compute goes out with a leading ', which the import takes
// off. The first error of rows ends it.
func WriteLedgerCSV(w io.Writer, rows iter.Seq2[cases.Record, error]) error {
	out := csv.NewWriter(w)
	if err := out.Write(LedgerKeys()); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	for r, err := range rows {
		if err != nil {
			return err
		}
		if err := out.Write(LedgerLine(r)); err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	return nil
}

// LedgerKeys is the head of the machine's ledger.
func LedgerKeys() []string {
	var out []string
	for _, c := range cases.Columns() {
		out = append(out, c.Key)
	}
	return out
}

// LedgerLine is a case as a line of the machine's ledger.
func LedgerLine(r cases.Record) []string {
	var out []string
	for _, c := range cases.Columns() {
		out = append(out, guardCell(c.Get(r)))
	}
	return out
}

// guardCell puts a ' before a text that a spreadsheet would compute; and before
// one that would lose its own ' when it comes back.
func guardCell(s string) string {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "'"))
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

// ledgerLabel gives a column's value as people read it: Chinese labels for
// codes, everything else as in the machine's ledger.
func ledgerLabel(key string, r cases.Record, value string) string {
	switch key {
	case "channel":
		return r.Channel.Label()
	case "applicant_kind":
		return r.Kind.Label()
	case "outcome":
		return r.Outcome.Label()
	case "ground":
		labels := make([]string, len(r.Grounds))
		for i, g := range r.Grounds {
			labels[i] = g.Label()
		}
		return strings.Join(labels, "；")
	}
	for i, k := range cases.RemedyKinds() {
		if key == k.Code() {
			return r.Remedies[i].Result.Label()
		}
	}
	return value
}
