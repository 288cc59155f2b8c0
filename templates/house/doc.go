// Package house draws what an agency decides for itself: its settings. It asks
// nothing of the database.
package house

import "gongkai/templates/parts"

// SettingsView is the settings of one agency.
type SettingsView struct {
	parts.Page
	Agency, Today string
	Sections      string // leads to the agency's sections
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

// SectionsView is the sections of an agency (科室).
type SectionsView struct {
	parts.Page
	Problems []parts.Problem
	Changes  bool // the visitor may change them
	Sections []Section
	People   []parts.Option // who may work in a section
	Typed    string
	Back     string
}

// Section is one of them, with all who could work in it.
type Section struct {
	ID, Name string
	Who      []string
	People   []parts.Option
}

// WaitingSetting waits for the second person.
type WaitingSetting struct {
	Label, Value, From, Reason, By, Path string
	Own                                  bool // the visitor asked for it himself
}

func (s Setting) id(name string) string { return s.Key + "-" + name }
