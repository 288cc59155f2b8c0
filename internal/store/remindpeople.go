package store

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/secret"
)

// recipient is a person and why he is told.
type recipient struct {
	user  int64
	level string
}

// The levels: why a person is told.
const (
	levelOfficer  = "officer"
	levelCover    = "cover"
	levelSection  = "section"
	levelDesk     = "desk"
	levelReviewer = "reviewer"
	levelSigner   = "signer"
	levelEditor   = "editor"
	levelAbove    = "above"
	levelKeeper   = "keeper"
)

// LevelWord words why a person is told.
func LevelWord(level string) string {
	switch level {
	case levelOfficer:
		return "承办人"
	case levelCover:
		return "代办人"
	case levelSection:
		return "本科室的事项"
	case levelDesk:
		return "负责登记分办"
	case levelReviewer:
		return "审核人"
	case levelSigner:
		return "签发人"
	case levelEditor:
		return "年报编制人员"
	case levelAbove:
		return "上级机关"
	case levelKeeper:
		return "维护工作日日历"
	}
	return level
}

type holderKey struct {
	agency int64
	role   cases.Role
}

// people is who works where on a day.
type people struct {
	holders  map[holderKey][]int64
	staffed  map[int64]bool     // agencies in which somebody works
	active   map[int64]bool     // accounts that are open
	covers   map[[2]int64]int64 // agency and absent: who covers
	sections map[int64][]int64
	keepers  []int64 // system administrators
	roots    []int64
	single   int64 // 单机版: the one person
}

// readPeople reads all of them; roles and accounts written without the key count
// for nothing.
func (t *tx) readPeople(tree *cases.Tree, day calendar.Date) (*people, error) {
	p := &people{holders: map[holderKey][]int64{}, staffed: map[int64]bool{}, active: map[int64]bool{}, covers: map[[2]int64]int64{}, sections: map[int64][]int64{}}
	var users []userRow
	if err := t.Select(&users, "SELECT "+userColumns+" FROM users WHERE disabled_at = 0 ORDER BY id"); err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	for i := range users {
		u, err := users[i].user(t.db.key)
		if err != nil {
			continue
		}
		p.active[u.ID] = true
		if u.Admin.Code() == "system" {
			p.keepers = append(p.keepers, u.ID)
		}
		if u.Single {
			p.single = u.ID
		}
	}
	for _, a := range tree.Children(0) {
		p.roots = append(p.roots, a.ID)
	}
	if err := p.readRoles(t, tree); err != nil {
		return nil, err
	}
	if len(p.holders) > 0 {
		p.single = 0 // others work here too: each is told what is his
	}
	return p, p.readCovers(t, day)
}

func (p *people) readRoles(t *tx, tree *cases.Tree) error {
	var rows []grantRow
	if err := t.Select(&rows, "SELECT user_id, agency_id, role, granted_at, granted_by, mac FROM user_grants ORDER BY agency_id, role, user_id"); err != nil {
		return fmt.Errorf("read the roles: %w", err)
	}
	for i, r := range rows {
		role, err := cases.ParseRole(r.Role)
		if err != nil || !p.active[r.UserID] || !secret.Equal(r.MAC, rows[i].mac(t.db.key)) {
			continue
		}
		for _, agency := range tree.Own(r.AgencyID) {
			p.holders[holderKey{agency, role}] = append(p.holders[holderKey{agency, role}], r.UserID)
			p.staffed[agency] = true
		}
	}
	var sections []struct {
		Section int64 `db:"section_id"`
		User    int64 `db:"user_id"`
	}
	if err := t.Select(&sections, "SELECT section_id, user_id FROM section_people ORDER BY section_id, user_id"); err != nil {
		return fmt.Errorf("read the sections' people: %w", err)
	}
	for _, x := range sections {
		if p.active[x.User] {
			p.sections[x.Section] = append(p.sections[x.Section], x.User)
		}
	}
	return nil
}

func (p *people) readCovers(t *tx, day calendar.Date) error {
	var covers []coverRow
	if err := t.Select(&covers, "SELECT "+coverColumns+" FROM covers WHERE from_on <= ? AND to_on >= ? AND ended_at = 0 ORDER BY id", day, day); err != nil {
		return fmt.Errorf("read the leave cover: %w", err)
	}
	for i, c := range covers {
		if secret.Equal(c.MAC, covers[i].mac(t.db.key)) && p.active[c.CoverID] {
			p.covers[[2]int64{c.AgencyID, c.AbsentID}] = c.CoverID
		}
	}
	return nil
}

// works reports whether anybody works in an agency.
func (p *people) works(agency int64) bool { return p.staffed[agency] || p.single != 0 }

// nearest gives the nearest agency above in which somebody works; 0: none.
func (p *people) nearest(at *plan) int64 {
	for _, agency := range at.above {
		if p.works(agency) {
			return agency
		}
	}
	return 0
}

// of lists who is told of what an agency owes: the audience of its kind, and those
// above by how late it is. Other agencies hear of the law's terms alone; where
// nobody is of the agency, the nearest above it hears on the day itself and after.
func (p *people) of(at *plan, officer, section int64, o cases.Owed, left int) []recipient {
	if p.single != 0 {
		return []recipient{{p.single, levelOfficer}}
	}
	var out []recipient
	add := func(level string, users ...int64) {
		for _, u := range users {
			if p.active[u] {
				out = append(out, recipient{u, level})
			}
			if cover, away := p.covers[[2]int64{at.agency, u}]; away {
				out = append(out, recipient{cover, levelCover})
			}
		}
	}
	with := func(role cases.Role) []int64 { return p.holders[holderKey{at.agency, role}] }
	switch o.Kind.To() {
	case cases.ToAsked:
		add(levelOfficer, o.Officer)
		add(levelSection, p.sections[o.Section]...)
		add(levelOfficer, officer)
	case cases.ToDesk:
		add(levelDesk, with(cases.FrontDesk)...)
		add(levelReviewer, with(cases.Reviewer)...)
	case cases.ToApprover:
		add(levelReviewer, with(cases.Reviewer)...)
		add(levelSigner, with(cases.Signer)...)
	case cases.ToEditor:
		add(levelEditor, with(cases.Editor)...)
	case cases.ToKeeper:
		p.addKeepers(add)
		return out
	default:
		if add(levelOfficer, officer); len(out) == 0 {
			add(levelSection, p.sections[section]...)
		}
	}
	if len(out) == 0 {
		add(levelDesk, with(cases.FrontDesk)...)
	}
	up := o.Kind.Escalates()
	if up && left <= at.reminders.Reviewer || len(out) == 0 {
		add(levelReviewer, with(cases.Reviewer)...)
	}
	if up && left <= at.reminders.Signer || len(out) == 0 {
		add(levelSigner, with(cases.Signer)...)
	}
	if o.Kind.Legal() && (up && left <= at.reminders.Above || len(out) == 0 && left <= 0) {
		out = append(out, p.above(at)...)
	}
	return out
}

func (p *people) addKeepers(add func(string, ...int64)) {
	for _, root := range p.roots {
		add(levelKeeper, p.holders[holderKey{root, cases.Reviewer}]...)
		add(levelKeeper, p.holders[holderKey{root, cases.Signer}]...)
	}
	add(levelKeeper, p.keepers...)
}

// above gives the reviewers and signers of the nearest agency above that has any.
func (p *people) above(at *plan) (out []recipient) {
	for _, agency := range at.above {
		for _, role := range []cases.Role{cases.Reviewer, cases.Signer} {
			for _, u := range p.holders[holderKey{agency, role}] {
				out = append(out, recipient{u, levelAbove})
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}
