// Package letter composes the office's letters (文书) from a case and fills Word
// templates with them. It knows which letters there are, what each must contain
// (policy of the Regulation, practice of offices), and how a passage of law is
// worded for the law of the day; whether an act is allowed, and what follows from
// it, is decided in package cases. It reads nothing, writes nothing and asks no
// clock.
package letter
