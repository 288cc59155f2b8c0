package admin

import "gongkai/templates/parts"

// BackupsView is the page of backups and drills.
type BackupsView struct {
	parts.Page
	Problems []parts.Problem
	Saved    string
	Warnings []string     // what is to be done about the backups as a whole
	Working  string       // what is being made now, "" for nothing
	Steps    []DrillStep  // of a drill that runs
	Plan     []parts.Pair // where, when, how long
	First    string       // while there is none: when the first will be made
	Rows     []BackupRow
	Drills   []DrillRow
	Makes    bool   // a backup can be asked for
	NoDrill  string // why no drill can be made, "" if one can
	Sheet    string // as typed
	Damage   bool   // open the steps of recovery
	Restore  string // the command that restores the newest backup
}

// DrillStep is a step of a drill: done, running or to come.
type DrillStep struct{ State, Word string }

// BackupRow is a backup, or an attempt at one.
type BackupRow struct {
	Made, File, Size, Cases, By string
	State                       parts.Light
	Note                        string // why it failed, or when it was removed
	Drill                       string // the day of the latest drill with it
	DrillHref                   string
	DrillState                  parts.Light
}

// DrillRow is a certificate in the list.
type DrillRow struct {
	Href, Number, Made, Backup, By string
	State                          parts.Light
}

// DrillView is a certificate: 恢复演练记录.
type DrillView struct {
	parts.Page
	Number  string
	Passed  bool
	Verdict string
	Facts   []parts.Pair
	Counts  []DrillCount
	Foot    string
}

// DrillCount is a line of what was compared.
type DrillCount struct {
	What, Said, Found string
	Same              bool
}
