package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/supervision"
)

// standingHeads are the columns of open cases by how they stand.
func standingHeads() []struct{ code, label, kind string } {
	return []struct{ code, label, kind string }{{"late", "逾期", "late"}, {"today", "今日到期", "soon"}, {"soon", "3日内", "soon"}, {"week", "7日内", "soon"},
		{"waiting", "等待他方", "waiting"}, {"nobody", "没有承办人", "soon"}, {"", "在办", ""}}
}

// mostGroups is how many lines stand open before the others are folded away.
const mostGroups = 10

// reviewTable counts the open cases by agency, section or officer. Agencies in
// which nothing presses are told in one sentence.
func reviewTable(q reviewQuery, v scope, names reviewNames, open []store.OpenCase) supervision.Table {
	by := q.by(v)
	counts, order := map[int64]map[string]int{}, []int64{}
	for _, x := range open {
		key := map[string]int64{"agency": x.AgencyID, "section": x.Section, "officer": x.Officer}[by]
		if counts[key] == nil {
			counts[key] = map[string]int{}
			order = append(order, key)
		}
		counts[key][x.Standing.Code()]++
		counts[key][""]++
		if x.Officer == 0 {
			counts[key]["nobody"]++
		}
	}
	slices.SortFunc(order, func(a, b int64) int {
		x, y := counts[a], counts[b]
		return cmp.Or(cmp.Compare(y["late"], x["late"]), cmp.Compare(y["today"], x["today"]), cmp.Compare(y["soon"], x["soon"]), cmp.Compare(y[""], x[""]), cmp.Compare(a, b))
	})
	t := supervision.Table{Caption: map[string]string{"agency": "在办件，按机关", "section": "在办件，按科室", "officer": "在办件，按承办人"}[by], Heads: []string{map[string]string{"agency": "机关", "section": "科室", "officer": "承办人"}[by]}}
	for _, h := range standingHeads() {
		t.Heads = append(t.Heads, h.label)
	}
	calm, calmCases := 0, 0
	for _, key := range order {
		n := counts[key]
		if by == "agency" && n["late"]+n["today"]+n["soon"]+n["nobody"] == 0 {
			calm++
			calmCases += n[""]
			continue
		}
		t.Rows = append(t.Rows, reviewRow(q, by, names, key, n))
	}
	if len(t.Rows) > mostGroups+2 {
		t.Rest, t.Rows = t.Rows[mostGroups:], t.Rows[:mostGroups]
	}
	if calm > 0 {
		t.Note = fmt.Sprintf("另有%d个机关没有逾期、三日内到期和无人承办的办件，在办%d件。", calm, calmCases)
	}
	return t
}

// reviewRow words one line; each figure leads to its cases.
func reviewRow(q reviewQuery, by string, names reviewNames, key int64, n map[string]int) supervision.TableRow {
	var row supervision.TableRow
	var filter []string
	switch by {
	case "agency":
		a, alive := names.tree.Agency(key)
		row.Name, filter = names.agency(key), []string{"of", a.Code}
		if alive && a.Code != q.agency {
			row.Href = with(q.path, "agency", a.Code, "day", q.typed["day"])
		}
		if !alive {
			filter = []string{"of", "id" + itoa64(key)}
		}
	case "section":
		row.Name, filter = names.section(key), []string{"section", itoa64(key)}
	default:
		row.Name, filter = names.officer(key), []string{"officer", itoa64(key)}
	}
	for _, h := range standingHeads() {
		c := supervision.Count{Label: h.label, N: number(int64(n[h.code])), Kind: h.kind, Some: n[h.code] > 0}
		if n[h.code] > 0 {
			c.Href = q.narrow(append(slices.Clone(filter), "light", h.code)...)
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}

// lateTables counts what was answered late since the year began, by outcome, by
// cause and by where the time was lost.
func lateTables(view *supervision.View, q reviewQuery, v scope, late []store.LateAnswer) {
	view.LateHeading = fmt.Sprintf("%d年逾期答复（至%s）", q.day.Year(), q.day.Chinese())
	if len(late) == 0 {
		view.LateNone = "没有逾期答复的办件。答复之后是否逾期不再变化。"
		return
	}
	count := func(caption, head, filter string, key func(store.LateAnswer) (code, label string)) supervision.Table {
		t := supervision.Table{Caption: caption, Heads: []string{head, "件数"}}
		n, labels, order := map[string]int{}, map[string]string{}, []string{}
		for _, x := range late {
			code, label := key(x)
			if n[code] == 0 {
				order = append(order, code)
			}
			n[code]++
			labels[code] = label
		}
		slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(n[b], n[a]) })
		for _, code := range order {
			t.Rows = append(t.Rows, supervision.TableRow{Name: labels[code], Cells: []supervision.Count{{Label: "逾期答复", N: number(int64(n[code])), Kind: "late", Some: true, Href: q.narrow("late", "1", filter, code)}}})
		}
		return t
	}
	cause := count("按逾期原因", "原因", "cause", func(x store.LateAnswer) (string, string) {
		return first1(x.Cause.Code(), "none"), first1(x.Cause.Label(), "未登记原因")
	})
	fault := count("按责任环节", "环节", "fault", func(x store.LateAnswer) (string, string) {
		return first1(x.Fault.Code(), "none"), first1(x.Fault.Label(), "未登记环节")
	})
	outcome := count("按办理结果", "结果", "outcome", func(x store.LateAnswer) (string, string) { return x.Outcome.Code(), x.Outcome.Label() })
	view.Late = []supervision.Table{cause, fault, outcome}
	if v.many() {
		names := reviewNames{tree: v.tree}
		view.Late = append(view.Late, count("按机关", "机关", "of", func(x store.LateAnswer) (string, string) {
			if a, alive := v.tree.Agency(x.AgencyID); alive {
				return a.Code, a.Name
			}
			return "id" + itoa64(x.AgencyID), names.agency(x.AgencyID)
		}))
	}
}

// takesOpen reports whether an open case is under the filters.
func (q reviewQuery) takesOpen(x store.OpenCase, tree *cases.Tree) bool {
	t := q.typed
	switch {
	case !underLight(t["light"], x):
		return false
	case t["section"] != "" && t["section"] != itoa64(x.Section), t["officer"] != "" && t["officer"] != itoa64(x.Officer):
		return false
	}
	return t["of"] == "" || t["of"] == agencyMark(tree, x.AgencyID)
}

// underLight reports whether an open case stands as a filter asks: near is today
// and soon, as the monitor counts them.
func underLight(light string, x store.OpenCase) bool {
	switch light {
	case "":
		return true
	case "nobody":
		return x.Officer == 0
	case "near":
		return x.Standing == cases.StandsToday || x.Standing == cases.StandsSoon
	}
	return light == x.Standing.Code()
}

// takesLate is the same of a late answer.
func (q reviewQuery) takesLate(x store.LateAnswer, tree *cases.Tree) bool {
	t := q.typed
	return (t["outcome"] == "" || t["outcome"] == x.Outcome.Code()) && (t["cause"] == "" || t["cause"] == first1(x.Cause.Code(), "none")) &&
		(t["fault"] == "" || t["fault"] == first1(x.Fault.Code(), "none")) && (t["of"] == "" || t["of"] == agencyMark(tree, x.AgencyID)) &&
		(t["officer"] == "" || t["officer"] == itoa64(x.Officer))
}

// agencyMark is how an address names an agency: one that is no longer has no code
// in the tree.
func agencyMark(tree *cases.Tree, id int64) string {
	if a, alive := tree.Agency(id); alive {
		return a.Code
	}
	return "id" + itoa64(id)
}

// chips words the filters in force.
func (q reviewQuery) chips(v scope, names reviewNames) []parts.Chip {
	var out []parts.Chip
	add := func(key, label string) {
		out = append(out, parts.Chip{Label: label, Without: q.href(key, "") + "#list"})
	}
	t := q.typed
	if x := t["light"]; x != "" {
		label := map[string]string{"nobody": "没有承办人", "near": "今日和3个工作日内到期"}[x]
		if st, ok := cases.ParseStanding(x); ok {
			label = st.Label()
		}
		add("light", first1(label, x))
	}
	if t["late"] != "" {
		add("late", "逾期答复")
	}
	if t["of"] != "" {
		a, _ := v.tree.ByCode(t["of"])
		add("of", first1(a.Name, t["of"]))
	}
	if id, err := strconv.ParseInt(t["section"], 10, 64); err == nil {
		add("section", names.section(id))
	}
	if id, err := strconv.ParseInt(t["officer"], 10, 64); err == nil {
		add("officer", names.officer(id))
	}
	if x := t["outcome"]; x != "" {
		o, err := cases.ParseOutcome(x)
		if err != nil {
			o = cases.Outcome{}
		}
		add("outcome", first1(o.Label(), x))
	}
	if x := t["cause"]; x != "" {
		c, _ := cases.ParseDelayCause(x) // "none" and unknown words have no label
		add("cause", first1(c.Label(), "未登记原因"))
	}
	if x := t["fault"]; x != "" {
		f, _ := cases.ParseDelayFault(x)
		add("fault", first1(f.Label(), "未登记环节"))
	}
	return out
}
