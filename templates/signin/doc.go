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

// MeView is one's own account.
type MeView struct {
	parts.Page
	Login, Saved, Hint string
	MustChange, Single bool
	Grants             []parts.Pair
	Sessions           []Session
	Choices            []parts.Option
	Colleagues         []parts.Option
	Covers             []Cover
	From, To           string
	Problems           []parts.Problem
	Contact            Contact
	FeedSince          string // when the calendar feed was made, "" for none
	Works              bool
}

// Contact is where one is reached; Mail and Message tell which ways are on.
type Contact struct {
	Email, Phone      string
	ByMail, ByMessage bool
	Mail, Message     bool
}

// FeedView shows the address of a calendar feed this once.
type FeedView struct {
	parts.Page
	Address string
}

// Cover is leave cover; End is where to end it, "" for who is not the absent one.
type Cover struct{ Agency, Absent, By, From, To, End string }

// Session is one place where one is signed in.
type Session struct {
	Browser, Address, Started, Seen, End string
	This                                 bool
}

// PeopleView is the page of accounts.
type PeopleView struct {
	parts.Page
	Saved, Password, Login, Name  string
	Changes, Decides              bool
	Users                         []Person
	Proposals                     []Proposal
	Persons, Choices, RoleChoices []parts.Option
	Problems                      []parts.Problem
}

// Person is one account.
type Person struct {
	Login, Name, State, Path string
	Roles                    []string
	Disabled                 bool
}

// Proposal is a role that waits for the second person.
type Proposal struct{ Who, Agency, Role, What, By, Path string }

// TOTPView is the page of the second factor.
type TOTPView struct {
	parts.Page
	Set               bool
	Key, Link, Sealed string
	Problems          []parts.Problem
}
