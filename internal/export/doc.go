// Package export writes lists and tables for people and for other programs: XLSX,
// DOCX, CSV, HTML and plain text. It draws what it is given; it counts nothing,
// judges nothing and reads neither the database nor a clock.
package export
