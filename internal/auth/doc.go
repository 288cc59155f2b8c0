// Package auth knows who people are to the system: accounts, the working roles
// they hold in agencies, the three administrators who exclude one another, what
// a password must be, the second factor, and how many wrong guesses are too many.
//
// It keeps nothing and asks nobody: the store holds accounts and sessions, the
// pages ask for passwords. No SQL, no HTTP, no clock here.
package auth
