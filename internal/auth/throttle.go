package auth

import "time"

// ThrottleTime is how long wrong passwords are remembered, and how long further
// tries are refused after too many.
const ThrottleTime = 15 * time.Minute

// Attempt is one way of counting a try to sign in: under which key, and how many
// wrong ones are too many.
type Attempt struct {
	Key  string
	Most int64
}

// Attempts gives how a try counts. A known device (one on which that account has
// signed in before) counts for itself alone: whoever guesses elsewhere, even
// behind the same address, can't lock it out. From an unknown device five wrong
// ones of an account and address are too many; fifty of an account from anywhere
// (guessing from many addresses), and a hundred of one address (guessing many
// accounts: high enough for an office that shares one).
func Attempts(login, address, device string) []Attempt {
	if device != "" {
		return []Attempt{{"device " + login + " " + device, 5}}
	}
	return []Attempt{{"pair " + login + " " + address, 5}, {"account " + login, 50}, {"address " + address, 100}}
}
