package web

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/templates/handling"
	"gongkai/templates/parts"
)

// jointPerson is one of those who apply together with the first, as a form takes him
// down.
type jointPerson struct {
	kind, name, idNumber, phone, address, email string
	of                                          string // which joint party of the case he is, from 1; "" for none yet
}

// jointParts are the names of a person's fields in a form; each is followed by the
// person's place, from 1.
func jointParts() []string {
	return []string{"kind", "name", "id_number", "phone", "address", "email", "of"}
}

func (p *jointPerson) part(name string) *string {
	return map[string]*string{"kind": &p.kind, "name": &p.name, "id_number": &p.idNumber, "phone": &p.phone, "address": &p.address, "email": &p.email, "of": &p.of}[name]
}

func jointField(part string, place int) string { return "joint_" + part + "_" + strconv.Itoa(place) }

// jointNames lists the fields of so many people.
func jointNames(n int) []string {
	var out []string
	for i := range n {
		for _, part := range jointParts() {
			out = append(out, jointField(part, i+1))
		}
	}
	return out
}

// readJoint reads the people of a form; joints says how many it shows.
func readJoint(get func(name string) string) (out []jointPerson) {
	n, err := strconv.Atoi(get("joints"))
	if err != nil || n < 0 {
		return nil
	}
	for i := range min(n, cases.MostApplicants-1) {
		var p jointPerson
		for _, part := range jointParts() {
			*p.part(part) = strings.TrimSpace(get(jointField(part, i+1)))
		}
		out = append(out, p)
	}
	return out
}

// empty reports whether nothing was typed of a person.
func (p jointPerson) empty() bool {
	return p.name+p.idNumber+p.phone+p.address+p.email == ""
}

// applicant is the person in the case; a kind that can't be read is a natural person.
func (p jointPerson) applicant() cases.Applicant {
	kind, err := cases.ParseApplicantKind(p.kind)
	if err != nil || kind.IsZero() {
		kind = cases.Natural
	}
	return cases.Applicant{Kind: kind, Name: p.name, IDNumber: p.idNumber, Phone: p.phone, Address: p.address, Email: p.email}
}

// asJoint takes a joint party of a case into a form; of 0: as a new one.
func asJoint(a cases.Applicant, of int) jointPerson {
	p := jointPerson{kind: a.Kind.Code(), name: a.Name, idNumber: a.IDNumber, phone: a.Phone, address: a.Address, email: a.Email}
	if of > 0 {
		p.of = strconv.Itoa(of)
	}
	return p
}

// jointForm is the part of a form that takes down who applies together.
type jointForm struct {
	people     []jointPerson
	represents int  // who represents them: 0 the first applicant, else a place
	names      bool // names alone can be written in a line
	sent       bool // the form had it
	focus      int  // the place whose name has the cursor; 0: none
	problems   []parts.Problem
}

// readJointForm reads it; what a button of it asks (add_joint, drop_joint) is done, and
// said in asked: then the form is shown again and nothing is saved.
func readJointForm(get func(name string) string) (f jointForm, asked bool) {
	f.people, f.sent = readJoint(get), get("joints") != ""
	if n, err := strconv.Atoi(get("represents")); err == nil && n > 0 && n <= len(f.people) {
		f.represents = n
	}
	if get("add_joint") != "" {
		f.add(splitNames(get("joint")))
		return f, true
	}
	if n, err := strconv.Atoi(get("drop_joint")); err == nil && n > 0 && n <= len(f.people) {
		f.drop(n)
		return f, true
	}
	return f, false
}

// add makes room for one more person, or for those whose names are written in a line.
func (f *jointForm) add(names []string) {
	f.focus = len(f.people) + 1
	for _, name := range names {
		f.people = append(f.people, jointPerson{kind: "natural", name: name})
	}
	if len(names) == 0 {
		f.people = append(f.people, jointPerson{kind: "natural"})
	}
	f.people = f.people[:min(len(f.people), cases.MostApplicants-1)]
}

// drop takes a person out of the form.
func (f *jointForm) drop(place int) {
	f.people = append(f.people[:place-1:place-1], f.people[place:]...)
	switch {
	case f.represents == place:
		f.represents = 0
	case f.represents > place:
		f.represents--
	}
}

// settle drops who was left empty and says of the others what is missing.
func (f *jointForm) settle() {
	for i := len(f.people); i > 0; i-- {
		if f.people[i-1].empty() {
			f.drop(i)
		}
	}
	for i, p := range f.people {
		if p.name == "" {
			f.problems = append(f.problems, parts.Problem{Field: jointField("name", i+1), Message: fmt.Sprintf("没有填写第%d位共同申请人的姓名或名称；不要这一位的，按“删去”", i+1)})
		}
	}
}

// put writes it back into a form's values.
func (f jointForm) put(set func(name, value string)) {
	set("joints", strconv.Itoa(len(f.people)))
	set("represents", strconv.Itoa(f.represents))
	for i, p := range f.people {
		for _, part := range jointParts() {
			set(jointField(part, i+1), *p.part(part))
		}
	}
}

// warnings are doubts about identity numbers that keep nobody from registering.
func (f jointForm) warnings(today calendar.Date) (out []string) {
	for i, p := range f.people {
		if doubt := doubtful(p.applicant().Kind, p.idNumber, today); doubt != "" {
			out = append(out, fmt.Sprintf("第%d位共同申请人：%s", i+1, doubt))
		}
	}
	return out
}

// doubtful says what is odd about the number of a person's identity card or a unit's
// credit code; "" for nothing.
func doubtful(kind cases.ApplicantKind, number string, today calendar.Date) string {
	switch {
	case number == "":
		return ""
	case kind == cases.Natural:
		return cases.CheckIDNumber(number, today)
	}
	return cases.CheckCreditCode(number)
}

// splitNames takes a line of names apart.
func splitNames(line string) (out []string) {
	for _, name := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("、，,;；", r) }) {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// view words it for the page.
func (f jointForm) view(first, names string, problems []parts.Problem) handling.JointView {
	v := handling.JointView{Open: names != "" || len(f.people) > 0, Count: strconv.Itoa(len(f.people)), Full: len(f.people) >= cases.MostApplicants-1, WithNames: f.names,
		Names: handling.Field{Input: parts.Input{Name: "joint", Label: "只有姓名的共同申请人", Hint: "用顿号隔开。有证件号码、电话的，按下面的“添加共同申请人”逐人填写；已写的姓名会带过去。", Optional: true, Value: names, Problems: problems}}}
	line := func(part, label string, place int, value string, optional bool) handling.Field {
		return handling.Field{Input: parts.Input{Name: jointField(part, place), Label: label, Value: value, Optional: optional, Problems: problems}}
	}
	for i, p := range f.people {
		kind := handling.Field{Kind: "select", Input: parts.Input{Name: jointField("kind", i+1), Label: "类型"}}
		for _, k := range cases.ApplicantKinds() {
			kind.Options = append(kind.Options, parts.Option{Value: k.Code(), Label: k.Label(), Chosen: k.Code() == first1(p.kind, "natural")})
		}
		name := line("name", "姓名或单位名称", i+1, p.name, false)
		name.Focus = f.focus == i+1
		v.People = append(v.People, handling.JointPerson{Place: strconv.Itoa(i + 1), Of: p.of, Fields: []handling.Field{name, kind,
			line("id_number", "证件号码、信用代码", i+1, p.idNumber, true), line("phone", "联系电话", i+1, p.phone, true),
			line("address", "通信地址", i+1, p.address, true), line("email", "电子邮箱", i+1, p.email, true)}})
	}
	if len(f.people) > 0 {
		v.Represents = append(v.Represents, parts.Option{Value: "0", Label: first1(first, "第一位申请人"), Chosen: f.represents == 0})
	}
	for i, p := range f.people {
		v.Represents = append(v.Represents, parts.Option{Value: strconv.Itoa(i + 1), Label: strings.TrimSpace(p.name + fmt.Sprintf("（共同申请人%d）", i+1)), Chosen: f.represents == i+1})
	}
	return v
}
