// Package house draws what an agency decides for itself: its settings. It asks
// nothing of the database.
package house

import "gongkai/templates/parts"

// SettingsView is the settings of one agency.
type SettingsView struct {
	parts.Page
	Agency, Today string
	Saved         string
	Problems      []parts.Problem
	Changes       bool // the visitor may change them
	Groups        []SettingGroup
	Waiting       []WaitingSetting
}

// SettingGroup is a card of settings.
type SettingGroup struct {
	Name     string
	Settings []Setting
}

// Setting is one of them: what holds today, what is to hold, what held before,
// and the form that changes it.
type Setting struct {
	Key, Label, Hint, Kind string
	Value, Since           string
	Later, Before          []string
	Two, Open              bool
	Typed, From, Reason    string
	Problems               []parts.Problem
}

// WaitingSetting waits for the second person.
type WaitingSetting struct {
	Label, Value, From, Reason, By, Path string
	Own                                  bool // the visitor asked for it himself
}

func (s Setting) id(name string) string { return s.Key + "-" + name }
