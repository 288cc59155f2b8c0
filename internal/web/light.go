package web

import (
	"fmt"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/templates/parts"
)

// lightOf words the state of a case on a day. It agrees with the store's own
// lights, by which lists filter.
func lightOf(row cases.Row, cal *calendar.Calendar, today calendar.Date) parts.Light {
	state := row.StateOn(today)
	switch {
	case state == cases.StateVoided:
		return parts.Light{Kind: "void", Word: state.Label()}
	case !row.AnsweredOn.IsZero() && row.Late == deadline.Yes:
		return parts.Light{Kind: "closed", Word: "已办结（逾期）"}
	case !row.AnsweredOn.IsZero():
		return parts.Light{Kind: "closed", Word: "已办结"}
	case state.Waits():
		return parts.Light{Kind: "waiting", Word: waitingWord(row, state, today)}
	case row.DueOn.IsZero():
		return parts.Light{Kind: "open", Word: state.Label()}
	}
	return dueLight(row.DueOn, cal, today)
}

// waitingWord says what is waited for, and when that has run out.
func waitingWord(row cases.Row, state cases.State, today calendar.Date) string {
	if !row.WaitsUntil.IsZero() && row.WaitsUntil.Before(today) {
		return state.Label() + "，已过期限"
	}
	return state.Label()
}

// soonDays is the number of working days from which on a due date is 临期.
const soonDays = 3

// dueLight words the distance to a due date.
func dueLight(due calendar.Date, cal *calendar.Calendar, today calendar.Date) parts.Light {
	switch left := cal.Count(today, due); {
	case due == today:
		return parts.Light{Kind: "today", Word: "今日到期"}
	case due.Before(today) && left == 0:
		return parts.Light{Kind: "late", Word: "已逾期"} // no working day has gone by since
	case due.Before(today):
		return parts.Light{Kind: "late", Word: fmt.Sprintf("逾期%d个工作日", -left)}
	case left <= soonDays:
		return parts.Light{Kind: "soon", Word: fmt.Sprintf("剩%d个工作日", left)}
	default:
		return parts.Light{Kind: "open", Word: fmt.Sprintf("剩%d个工作日", left)}
	}
}

// nextAct says in a few words what the case needs next, and from whom.
func nextAct(row cases.Row, cal *calendar.Calendar, today calendar.Date) string {
	lapsed := !row.WaitsUntil.IsZero() && row.WaitsUntil.Before(today)
	switch row.StateOn(today) {
	case cases.StateUnconfirmed:
		return "与申请人确认收到"
	case cases.StateSupplement:
		if lapsed {
			return "逾期未补正，可不再处理"
		}
		return "等申请人补正" + until(row.WaitsUntil, cal)
	case cases.StatePayment:
		if lapsed {
			return "逾期未缴费，可不再处理"
		}
		return "等申请人缴费" + until(row.WaitsUntil, cal)
	case cases.StateConsulting:
		return "等意见" + until(row.WaitsUntil, cal)
	case cases.StateProposed:
		return "审核"
	case cases.StateApproved:
		return "送达"
	case cases.StateVoided:
		return "无，以保留的一件为准"
	case cases.StateClosed:
		return "无"
	}
	return "作出答复"
}

func until(day calendar.Date, cal *calendar.Calendar) string {
	if day.IsZero() {
		return ""
	}
	return "，至" + day.String() + tentative(cal.Provisional(day))
}
