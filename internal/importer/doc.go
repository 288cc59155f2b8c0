// Package importer reads what offices already have: case ledgers, agencies
// files and published annual reports, as CSV, XLSX, HTML or JSON, with the title
// rows, merged heads, code pages and usual words of real files.
//
// It reads and judges; it writes nothing. A ledger with one bad line is refused
// whole, every bad line named at once; what the law would not have allowed is
// history, read and marked. Files are hostile until read: size, unpacked size,
// rows, columns and cells are limited, and nothing is left in temporary files.
// It knows no database; whether an agency exists is asked through a function.
package importer
