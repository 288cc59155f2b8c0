package importer

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/internal/cases"
)

// AgencyLine is one agency of an agencies file, its parent by code.
type AgencyLine struct {
	Code, Name string
	Kind       cases.AgencyKind
	ParentCode string // "" for a root
	ShortName  string // 机关代字
	Line       int    // in the file, from 1
	Sheet      string // "" in a text file
}

// agencyNames are the names of the columns of an agencies file.
func agencyNames() map[string]string {
	table := map[string]string{}
	for key, list := range map[string]string{
		"code":       "code 机关代码 代码 机关编码 单位代码 编码",
		"name":       "name 机关名称 名称 机关 单位名称 机关全称 单位",
		"kind":       "kind 类别 机关类别 类型 机关类型 单位类别",
		"parent":     "parent 上级机关代码 上级代码 上级机关 上级 主管机关代码 上级单位代码",
		"short_name": "short_name shortname 机关代字 代字 简称 机关简称",
	} {
		for name := range strings.FieldsSeq(list) {
			table[bare(name)] = key
		}
	}
	return table
}

// agencyReader reads one agencies file.
type agencyReader struct {
	names    map[string]string
	sheet    string
	cols     map[string]int // key → place, nil before the head
	lines    []AgencyLine
	problems []Problem
}

// ReadAgencies reads an agencies file (contract "Agencies file"), CSV or XLSX.
// The lines come back with every parent before its children. known says whether
// a code that the file does not hold is already registered; nil: none is. A file
// that can't be read is an error; lines that can't be taken are problems, and
// then no lines are given.
func ReadAgencies(data []byte, known func(code string) bool) ([]AgencyLine, []Problem, error) {
	sheets, err := openSheets(data)
	if err != nil {
		return nil, nil, err
	}
	r := &agencyReader{names: agencyNames()}
	found := false
	for _, s := range sheets {
		if s.hidden {
			continue
		}
		r.sheet, r.cols = s.name, nil
		if err := s.each(r.read); err != nil {
			return nil, nil, err
		}
		found = found || r.cols != nil
	}
	if !found {
		return nil, nil, fmt.Errorf("没有找到表头：应有 code,name,kind,parent,short_name（机关代码、机关名称、类别、上级机关代码、机关代字）")
	}
	ordered := r.order(known)
	if len(r.problems) > 0 {
		return nil, r.problems, nil
	}
	return ordered, nil, nil
}

func (r *agencyReader) bad(l AgencyLine, column, value, message, expected string) {
	r.problems = append(r.problems, Problem{Sheet: l.Sheet, Line: l.Line, Column: column, Value: value, Message: message, Expected: expected})
}

func (r *agencyReader) read(l line) error {
	if r.cols == nil {
		r.readHead(l)
		return nil
	}
	get := func(key string) string {
		if i, ok := r.cols[key]; ok {
			return textAt(l, i)
		}
		return ""
	}
	a := AgencyLine{Code: get("code"), Name: get("name"), ParentCode: get("parent"), ShortName: get("short_name"), Line: l.no, Sheet: r.sheet}
	if a.Code == "" && a.Name == "" {
		return nil
	}
	if isBlankWord(a.ParentCode) {
		a.ParentCode = ""
	}
	kind, ok := agencyKindOf(get("kind"))
	if !ok {
		r.bad(a, "类别", get("kind"), "不是机关类别", "应为政府、政府工作部门、街道办事处、开发区管委会、法律法规授权组织、垂直管理单位之一")
	}
	a.Kind = kind
	r.lines = append(r.lines, a)
	if len(r.lines) > MaxRows {
		return errTooManyRows
	}
	return nil
}

// readHead takes the first row that names code and name.
func (r *agencyReader) readHead(l line) {
	cols := map[string]int{}
	for i, c := range l.cells {
		if key, ok := r.names[bare(c.text)]; ok {
			if _, twice := cols[key]; !twice {
				cols[key] = i
			}
		}
	}
	_, code := cols["code"]
	_, name := cols["name"]
	if code && name {
		r.cols = cols
		if _, ok := cols["kind"]; !ok {
			r.bad(AgencyLine{Line: l.no, Sheet: r.sheet}, "类别", "", "表头中没有这一列", "每个机关都要有类别（kind）")
		}
	}
}

// agencyKindOf reads a code, the Chinese word, or a usual other word.
func agencyKindOf(text string) (cases.AgencyKind, bool) {
	w := fold(text)
	if k, err := cases.ParseAgencyKind(w); err == nil {
		return k, true
	}
	switch w {
	case "人民政府", "本级政府", "下级政府", "乡镇政府":
		return cases.Government, true
	case "部门", "工作部门", "政府部门":
		return cases.Department, true
	case "街道", "街道办":
		return cases.Subdistrict, true
	case "开发区", "管委会":
		return cases.Zone, true
	case "授权组织":
		return cases.Authorized, true
	case "垂直管理", "垂管单位", "垂直管理部门", "垂管部门":
		return cases.Vertical, true
	}
	return cases.AgencyKind{}, false
}

// order refuses double codes, missing parents and circles, and puts parents
// before children, else in the file's order.
func (r *agencyReader) order(known func(string) bool) []AgencyLine {
	at := map[string]int{}
	for i, l := range r.lines {
		first, twice := at[l.Code]
		switch {
		case l.Code == "":
			r.bad(l, "机关代码", "", "没有填写", "每个机关都要有自己的代码")
		case l.Name == "":
			r.bad(l, "机关名称", "", "没有填写", "应为机关全称")
		case twice:
			r.bad(l, "机关代码", l.Code, "与"+Problem{Sheet: r.lines[first].Sheet, Line: r.lines[first].Line}.place()+"重复", "每个机关的代码应各不相同")
		default:
			at[l.Code] = i
		}
	}
	const underway, done = 1, 2
	state := make([]int, len(r.lines))
	var out []AgencyLine
	var put func(i int)
	put = func(i int) {
		l := r.lines[i]
		if state[i] != 0 {
			return
		}
		state[i] = underway
		if j, here := at[l.ParentCode]; l.ParentCode != "" {
			switch {
			case here && state[j] == underway:
				r.bad(l, "上级机关代码", l.ParentCode, "使上级关系绕成了圈", "应改正圈中某一机关的上级")
			case here:
				put(j)
			case known == nil || !known(l.ParentCode):
				r.bad(l, "上级机关代码", l.ParentCode, "不是文件中或已登记的机关", "应为已有的机关代码，最上一级留空")
			}
		}
		state[i] = done
		out = append(out, l)
	}
	for i := range r.lines {
		put(i)
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
	return out
}
