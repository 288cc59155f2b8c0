package cases

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/deadline"
)

// Carrier is who brought a parcel.
type Carrier struct{ code string }

type carrierInfo struct {
	code, label string
	channel     Channel // in which an application counts that came this way
}

func carriers() []carrierInfo {
	return []carrierInfo{{"ems", "EMS", deadline.LetterRegistered}, {"registered", "挂号信", deadline.LetterRegistered},
		{"courier", "快递", deadline.LetterRegistered}, {"ordinary", "平信", deadline.LetterOrdinary}, {"hand", "专人送达", deadline.InPerson}}
}

// Carriers lists the carriers in the order of their use.
func Carriers() []Carrier {
	var out []Carrier
	for _, c := range carriers() {
		out = append(out, Carrier{c.code})
	}
	return out
}

// ParseCarrier reads a code.
func ParseCarrier(code string) (Carrier, error) {
	for _, c := range carriers() {
		if c.code == code {
			return Carrier{code}, nil
		}
	}
	return Carrier{}, fmt.Errorf("寄递方式“%s”没有这一项", code)
}

func (c Carrier) info() carrierInfo {
	for _, i := range carriers() {
		if i.code == c.code {
			return i
		}
	}
	return carrierInfo{}
}

// Code is the stable name.
func (c Carrier) Code() string { return c.code }

// Label is the office's word.
func (c Carrier) Label() string { return c.info().label }

// Channel is the way in of an application that came by this carrier (Art 31).
func (c Carrier) Channel() Channel { return c.info().channel }

// Parcel is what arrived at the building (收发登记).
type Parcel struct {
	ID, AgencyID int64
	Carrier      Carrier
	Mail         string // its number, "" for none
	Sender       string // as it stands on the envelope
	ArrivedOn    calendar.Date
	LoggedAt     int64 // microseconds UTC
	LoggedBy     string
	CameFrom     int64 // the parcel at the agency that passed it on, 0 for none
	Settled
	SettledAt int64
	SettledBy string
}

// Settled is what became of a parcel. The zero value: nothing yet.
type Settled struct {
	Fate     string // case, no_application, inside, outside
	CaseID   int64  // of case
	ToAgency int64  // of inside: an agency of the tree (转办)
	ToName   string // of outside: whom it was meant for (误投转寄)
	Reason   string
	On       calendar.Date
}

// FateLabel words what became of a parcel.
func (s Settled) FateLabel() string {
	switch s.Fate {
	case "case":
		return "已登记为申请"
	case "no_application":
		return "不是申请"
	case "inside":
		return "已转办"
	case "outside":
		return "误投转寄"
	}
	return "待处理"
}

// Settle says what became of a parcel. Whatever names itself an application is
// registered: only what names none leaves the desk, with a reason.
func (p Parcel) Settle(s Stamp, to Settled) error {
	switch {
	case p.Fate != "":
		return refuse("这一件已经处理过（%s）", p.FateLabel())
	case to.On.IsZero() || to.On.Before(p.ArrivedOn):
		return refuse("处理日期不能早于到达日期%s", p.ArrivedOn.Chinese())
	case to.On.After(s.Today):
		return refuse("处理日期%s在今天之后", to.On.Chinese())
	}
	switch to.Fate {
	case "case":
		if to.CaseID == 0 {
			return refuse("没有指明登记成了哪一件申请")
		}
	case "no_application", "outside":
		if to.Reason == "" {
			return refuse("没有写明理由：写明来件是什么、凭什么判断")
		}
		if to.Fate == "outside" && to.ToName == "" {
			return refuse("没有写明转寄给谁")
		}
	case "inside":
		if to.ToAgency == 0 || to.ToAgency == p.AgencyID {
			return refuse("没有选择转给哪个机关")
		}
	default:
		return refuse("没有选择怎样处理")
	}
	return nil
}
