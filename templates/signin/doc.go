// Package signin holds the pages of who is who: signing in, going on with what
// was typed before a session ended, the first start, one's own account. It shows
// what it is given and decides nothing.
package signin

import "gongkai/templates/parts"

// View is the page of signing in.
type View struct {
	parts.Page
	Login    string
	Next     string // where to go afterwards
	Kept     string // sealed: what was typed when the session had ended
	Sentence string // why one is here
	Problems []parts.Problem
	Code     bool   // the password was right: the second factor is asked for
	Half     string // sealed: whose password was right
	Demo     []Account
	Password string // of the demonstration's accounts
}

// Account is an account of the demonstration.
type Account struct{ Login, Name, Roles, Agency string }

// Kept is the page that gives back what was typed.
type Kept struct {
	parts.Page
	Action string
	Fields []parts.Pair
	Shown  []parts.Pair // what of it people typed
	Files  bool         // files were among it: they must be chosen again
}

// SetupView is the choice of a new installation.
type SetupView struct {
	parts.Page
	Code, Mode, Name string
	Problems         []parts.Problem
}

// DoneView is what is shown once.
type DoneView struct {
	parts.Page
	Heading  string
	Accounts []Secret
	Sheet    string
}

// Secret is an account whose password is shown this once.
type Secret struct{ Login, Roles, Password string }
