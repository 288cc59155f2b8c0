package cases

import (
	"fmt"

	"gongkai/internal/calendar"
)

// AgencyKind says what an agency is in the sum of a government. The zero value
// is none.
type AgencyKind struct{ code string }

// The kinds of agency.
var (
	Government  = AgencyKind{"government"}
	Department  = AgencyKind{"department"}
	Subdistrict = AgencyKind{"subdistrict"}
	Zone        = AgencyKind{"zone"}
	Authorized  = AgencyKind{"authorized"}
	Vertical    = AgencyKind{"vertical"}
)

type agencyKindInfo struct {
	kind  AgencyKind
	label string
}

func agencyKindTable() []agencyKindInfo {
	return []agencyKindInfo{
		{Government, "政府"}, {Department, "政府工作部门"}, {Subdistrict, "街道办事处"},
		{Zone, "开发区管委会"}, {Authorized, "法律法规授权组织"}, {Vertical, "垂直管理单位"},
	}
}

// AgencyKinds lists the kinds.
func AgencyKinds() []AgencyKind {
	var out []AgencyKind
	for _, i := range agencyKindTable() {
		out = append(out, i.kind)
	}
	return out
}

// ParseAgencyKind reads a code or the Chinese word.
func ParseAgencyKind(text string) (AgencyKind, error) {
	for _, i := range agencyKindTable() {
		if i.kind.code == text || i.label == text {
			return i.kind, nil
		}
	}
	return AgencyKind{}, fmt.Errorf("机关类别“%s”不在六类之中", text)
}

// Code gives the stable code.
func (k AgencyKind) Code() string { return k.code }

// Label gives the Chinese word.
func (k AgencyKind) Label() string {
	for _, i := range agencyKindTable() {
		if i.kind == k {
			return i.label
		}
	}
	return ""
}

// Agency is an office as it was in a span of time.
type Agency struct {
	ID        int64
	Code      string
	Name      string
	ShortName string // 机关代字, for numbers
	Kind      AgencyKind
	ParentID  int64 // 0 for a root
	From      calendar.Date
	To        calendar.Date // the first day on which it no longer is; none while it is
	Successor int64         // who takes over what it counted, or 0
}

// Alive reports whether the span covers the day.
func (a Agency) Alive(day calendar.Date) bool {
	return !a.From.After(day) && (a.To.IsZero() || a.To.After(day))
}

// Level is the group in which a reporting government names an agency.
type Level uint8

// The levels of a government's report.
const (
	LevelNone       Level = iota // outside the sum
	LevelOwn                     // 本级政府
	LevelLower                   // 下级政府
	LevelDepartment              // 各级政府工作部门
)

// Label gives the words of the report.
func (l Level) Label() string {
	return [...]string{"", "本级政府", "下级政府", "各级政府工作部门"}[l]
}

// Tree is the tree of agencies as of one day.
type Tree struct {
	Day      calendar.Date
	byID     map[int64]*Agency
	children map[int64][]int64
	order    []int64
	heirs    map[int64][]int64 // who was taken over by whom
}

// NewTree lays out the tree of a day from all spans of all agencies. Agencies
// that are no longer are counted with their successor.
func NewTree(spans []Agency, day calendar.Date) *Tree {
	t := &Tree{Day: day, byID: map[int64]*Agency{}, children: map[int64][]int64{}, heirs: map[int64][]int64{}}
	for i := range spans {
		if a := &spans[i]; a.Alive(day) {
			t.byID[a.ID] = a
			t.order = append(t.order, a.ID)
			t.children[a.ParentID] = append(t.children[a.ParentID], a.ID)
		}
	}
	for _, a := range spans {
		if _, alive := t.byID[a.ID]; !alive && a.Successor != 0 && !a.From.After(day) {
			t.heirs[a.Successor] = append(t.heirs[a.Successor], a.ID)
		}
	}
	return t
}

// Agency gives an agency of the tree by id.
func (t *Tree) Agency(id int64) (Agency, bool) {
	a, ok := t.byID[id]
	if !ok {
		return Agency{}, false
	}
	return *a, true
}

// ByCode gives an agency by its code, or by its exact name.
func (t *Tree) ByCode(text string) (Agency, bool) {
	for _, id := range t.order {
		if t.byID[id].Code == text {
			return *t.byID[id], true
		}
	}
	for _, id := range t.order {
		if t.byID[id].Name == text {
			return *t.byID[id], true
		}
	}
	return Agency{}, false
}

// All lists the agencies in the order in which they were given.
func (t *Tree) All() []Agency {
	out := make([]Agency, 0, len(t.order))
	for _, id := range t.order {
		out = append(out, *t.byID[id])
	}
	return out
}

// Children lists the agencies directly below one (0: the roots).
func (t *Tree) Children(id int64) []Agency {
	var out []Agency
	for _, c := range t.children[id] {
		out = append(out, *t.byID[c])
	}
	return out
}

// Own lists the ids whose cases count as the agency's own: itself and those it
// took over.
func (t *Tree) Own(id int64) []int64 {
	out := []int64{id}
	for i := 0; i < len(out); i++ {
		for _, h := range t.heirs[out[i]] {
			if !contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out
}

func contains(ids []int64, id int64) bool {
	for _, x := range ids {
		if x == id {
			return true
		}
	}
	return false
}

// Below lists the ids that make up an agency's sum: itself and all below it,
// leaving out vertical units and what is under them (unless it is one itself).
func (t *Tree) Below(id int64) []int64 {
	out := t.Own(id)
	for _, c := range t.children[id] {
		if t.byID[c].Kind != Vertical {
			out = append(out, t.Below(c)...)
		}
	}
	return out
}

// BelowAll is Below with the vertical units, where a city counts them.
func (t *Tree) BelowAll(id int64) []int64 {
	out := t.Own(id)
	for _, c := range t.children[id] {
		out = append(out, t.BelowAll(c)...)
	}
	return out
}

// HasVertical reports whether there is a vertical unit below an agency.
func (t *Tree) HasVertical(id int64) bool {
	for _, c := range t.children[id] {
		if t.byID[c].Kind == Vertical || t.HasVertical(c) {
			return true
		}
	}
	return false
}

// Level says under which heading a reporting government counts an agency.
func (t *Tree) Level(reporting, id int64) Level {
	a, ok := t.byID[id]
	switch {
	case !ok || a.Kind == Vertical && id != reporting:
		return LevelNone
	case id == reporting:
		return LevelOwn
	case a.Kind == Government || a.Kind == Subdistrict || a.Kind == Zone:
		return LevelLower
	}
	return LevelDepartment
}
