package report

import "testing"

// fuzhouProse restates the published report's sentences in other words, with its figures.
const fuzhouProse = `2019年，福州市共收到政府信息公开申请２７３８件，其中当面申请 484 件，占17.68%；网络申请1272件，占46.46%；信函申请982件。
从层级看，市本级政府收到申请237件，下级政府收到申请470件，各级政府工作部门收到申请2031件。自2008年以来累计收到政府信息公开申请16945件。
2019年共答复政府信息公开申请2703件，其中包括2018年结转23件，另有58件结转下年度继续办理。
其中：予以公开786件，占29.08%；部分公开255件；不予公开193件；无法提供1148件；不予处理197件；其他处理124件。
2019年因政府信息公开引起的行政复议38件，行政诉讼50件。2018年收到政府信息公开申请2500件。12345热线共受理诉求30000件，办结申请29000件。`

// Prose that agrees with the table raises no alarm; a changed figure does.
func TestCompareText(t *testing.T) {
	table := load(t, "fuzhou-2019")
	if got := CompareText(table, fuzhouProse); len(got) > 0 {
		t.Errorf("false alarms: %v", got)
	}
	for _, c := range []struct{ name, text, want string }{
		{"收到数不符", "2019年共收到政府信息公开申请2783件。", "正文说本年新收申请2783件，表中为2738件，相差45"},
		{"把一二之和写成收到", "全年收到信息公开申请2761件。", "正文说本年新收申请2761件，表中为2738件，相差23（正文的数与一、二两项之和相同，应写明含上年结转）"},
		{"答复数不符", "政府信息公开申请全部按期答复，办结申请2,700件。", "正文说本年办结申请2700件，表中为2703件，相差3"},
		{"结转不符", "另有 57 件结转至2020年办理。", "正文说结转下年申请57件，表中为58件，相差1"},
		{"不予公开不符", "不予公开194件。", "正文说不予公开194件，表中为193件，相差1"},
		{"复议不符", "涉及政府信息公开的行政复议案件39件。", "正文说行政复议39件，表中为38件，相差1"},
	} {
		got := CompareText(table, c.text)
		if len(got) != 1 || got[0].Message != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// The sentences that the system itself writes raise no alarm against the table they
// come from, nor between two years; told of another table, they do.
func TestOwnSentencesAgree(t *testing.T) {
	table := load(t, "fuzhou-2019")
	before := load(t, "fuzhou-2019")
	before.Year, before.New[TotalColumn].N = 2018, 2500
	for _, bent := range []bool{false, true} {
		f := Facts{Table: table, Before: &before, Government: true, Answers: 2600, Since: 2008, Cumulative: 16945,
			Channels: []Part{{"当面", 484}, {"网络", 1272}, {"信函", 982}},
			Levels:   []Part{{"本级政府", 237}, {"下级政府", 470}, {"各级政府工作部门", 2031}}, Busiest: []string{"某局", "某委"}}
		var prose, all string
		for _, s := range f.Sentences(bent) {
			prose += s.Text() + "\n"
			all += s.Text()
		}
		for _, text := range []string{prose, all} {
			if got := CompareText(table, text); len(got) > 0 {
				t.Errorf("bent %v: %v\n%s", bent, got, text)
			}
			if got := CompareGrowth(table, before, text); len(got) > 0 {
				t.Errorf("bent %v: %v\n%s", bent, got, text)
			}
		}
		other := load(t, "pingtan-2021")
		other.Year = 2019
		if got := CompareText(other, prose); len(got) < 10 {
			t.Errorf("against another table only %v", got)
		}
	}
}
