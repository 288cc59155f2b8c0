package cases

import (
	"slices"
	"testing"
)

func TestNamesOfApplicants(t *testing.T) {
	// One and two are named, from three on two and how many they are.
	person := func(name string) Applicant { return Applicant{Kind: Natural, Name: name} }
	firm := Applicant{Kind: Commercial, Name: "某公司"}
	for _, x := range []struct {
		list []Applicant
		want string
	}{
		{nil, ""},
		{[]Applicant{person("张三")}, "张三"},
		{[]Applicant{person("张三"), person("李四")}, "张三、李四"},
		{[]Applicant{person("张三"), {}, person("李四")}, "张三、李四"},
		{[]Applicant{person("张三"), person("李四"), person("王五")}, "张三、李四等3人"},
		{[]Applicant{person("张三"), firm, person("王五"), person("赵六")}, "张三、某公司等4名申请人"},
	} {
		if got := NamesOf(x.list); got != x.want {
			t.Errorf("%d applicants: %s, want %s", len(x.list), got, x.want)
		}
	}
}

func TestRepresentative(t *testing.T) {
	// Whoever represents the others stands first; agents keep their place and apply
	// for nothing.
	c := &Case{Parties: []Party{{"applicant", Applicant{Name: "张三"}}, {"agent", Applicant{Name: "律师"}}, {"joint", Applicant{Name: "李四"}}, {"joint", Applicant{Name: "王五"}}}}
	if err := c.Represent(2); err != nil {
		t.Fatal(err)
	}
	want := []Party{{"applicant", Applicant{Name: "王五"}}, {"joint", Applicant{Name: "张三"}}, {"agent", Applicant{Name: "律师"}}, {"joint", Applicant{Name: "李四"}}}
	if !slices.Equal(c.Parties, want) {
		t.Errorf("%v, want %v", c.Parties, want)
	}
	if list := c.Applicants(); len(list) != 3 || list[0].Name != "王五" {
		t.Errorf("they apply: %v", list)
	}
	if err := c.Represent(3); err == nil {
		t.Error("the fourth of three represents them")
	}
}
