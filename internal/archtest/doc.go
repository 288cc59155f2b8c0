// Package archtest holds no code, only the tests that keep the house in order:
// who may import whom, which library belongs to which package alone, that the
// rules of law know no clock, and how long a function and a file may get.
package archtest
