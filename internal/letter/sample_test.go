package letter

import (
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

// era is a time whose law differs.
type era struct {
	name string
	year string
}

func eras() []era {
	return []era{{"国务院令第492号", "2019"}, {"国务院令第711号，2024年以前", "2022"}, {"国务院令第711号，2024年起", "2026"}}
}

// sampleCase is a case of an era received on 4 March, with events and their notes.
type sampleCase struct {
	c    cases.Case
	year string
}

func newSample(year string) *sampleCase {
	var online cases.Channel
	if err := online.UnmarshalText([]byte("online")); err != nil {
		panic(err)
	}
	s := &sampleCase{year: year, c: cases.Case{ID: 7, AgencyID: 1, Number: "榕申〔" + year + "〕7号", Content: "某路改造项目的可行性研究报告批复\n及其附件",
		Parties: []cases.Party{{Role: "applicant", Applicant: cases.Applicant{Kind: cases.Natural, Name: "陈小明", IDNumber: "350102199001010011", Phone: "13900001111", Address: "某市某区某路1号"}}}}}
	s.add("03-04", cases.Received{Channel: online, ApplicantKind: cases.Natural, Confirmed: testkit.Day(year + "-03-04"), Submitted: testkit.Day(year + "-03-04"), Form: "paper", Way: "mail"})
	return s
}

func (s *sampleCase) add(on string, f cases.Fact, notes ...string) *sampleCase {
	e := cases.Event{Seq: len(s.c.Events) + 1, On: testkit.Day(s.year + "-" + on), At: int64(len(s.c.Events) + 1), By: "user:5", Fact: f}
	s.c.Events = append(s.c.Events, e)
	for i := 0; i+1 < len(notes); i += 2 {
		s.c.Notes = append(s.c.Notes, cases.Note{Seq: e.Seq, Kind: notes[i], Text: notes[i+1], By: e.By})
	}
	return s
}

func (s *sampleCase) input(code, on string) Input {
	k, err := ParseKind(code)
	if err != nil {
		panic(err)
	}
	return Input{Kind: k, Case: cases.Load(s.c), Book: calendar.Builtin(), On: testkit.Day(s.year + "-" + on), Number: "榕政公开〔" + s.year + "〕12号",
		Names: map[string]string{"user:5": "程某", "user:6": "钱某"}, Officer: "程某",
		Agency: Agency{Name: "示例市财政局", Address: "示例市某路2号", Phone: "0591-00000000", Hours: "工作日9:00—12:00", ReviewOrgan: "示例市人民政府", Court: "示例市某区人民法院",
			FeeAccount: "户名：示例市财政局非税专户；账号：000", Consents: "王某，主任"}}
}

// sample composes a kind of letter that is no answer from a case which has what it
// needs.
func sample(year, code string) Input {
	s := newSample(year)
	switch code {
	case "supplement":
		s.add("03-08", cases.SupplementAsked{Causes: []string{"description", "form"}, Days: 15}, "items", "请写明项目的名称和批复的年份，并写明以何种方式获取。")
	case "reasons":
		s.add("03-08", cases.ReasonsAsked{}, "finding", "您自1月以来已向本机关提出申请86件。")
	case "consult_third":
		s.add("03-08", cases.ConsultSent{Ref: 1, Party: "third_party"}, "party", "某某建设有限公司，联系人李某，电话0591-1")
	case "consult_agency":
		s.add("03-08", cases.ConsultSent{Ref: 1, Party: "co_producer"}, "party", "示例市发展和改革委员会")
	case "consult_notice":
		s.add("03-08", cases.ConsultSent{Ref: 1, Party: "other_agency"}, "party", "示例市发展和改革委员会")
	case "release_notice":
		s.add("03-08", cases.ConsultSent{Ref: 1, Party: "third_party"}, "party", "示例建设有限公司").add("03-15", cases.ConsultReplied{Ref: 1, Answer: "refuse"}).
			add("03-18", cases.ReleaseDecided{Ref: 1}, "reasons", "决定公开项目的环境影响结论，该结论关系周边居民的健康。")
	case "extension":
		s.add("03-20", cases.Extended{Days: 15}, "reasons", "所涉材料较多，需要逐份核对", "signer", "王某，主任，同意")
	case "fee":
		s.add("03-12", cases.FeeNoticed{Fen: 68000, Method: "pages", Count: 85}, "finding", "您本月已提出申请40件，数量明显超过合理范围。")
		f := s.c.Events[1].Fact.(cases.FeeNoticed)
		f.Fen = int64(cases.FeeForPages(f.Count)) * 100
		s.c.Events[1].Fact = f
	case "search":
		s.add("03-12", cases.Searched{}, "search", "在档案系统和办公系统中以项目名称检索2015年以来的文件，未见。")
	case "approval":
		s.add("03-12", cases.SecrecyReviewed{Result: "clear"}).add("03-14", cases.Proposed{Outcome: cases.MustOutcome("disclose.provided"), Reasons: true}, "answer", "附批复复印件1份。")
		e := cases.Event{Seq: 4, On: testkit.Day(year + "-03-15"), At: 4, By: "user:6", Fact: cases.Approved{Step: 1, Last: true}}
		s.c.Events = append(s.c.Events, e)
	case "withdrawal":
		s.add("03-12", cases.Withdrawn{}, "reasons", "3月12日当面提交撤回申请书")
	case "closing":
		s.add("03-12", cases.Withdrawn{}, "reasons", "3月12日当面提交撤回申请书").add("03-12", cases.Answered{Outcome: cases.MustOutcome("other.withdrawn")})
	}
	on := "03-12"
	if later, ok := map[string]string{"extension": "03-20", "release_notice": "03-18", "approval": "03-15"}[code]; ok {
		on = later
	}
	in := s.input(code, on)
	in.Served = Related{Title: "政府信息公开答复书", Number: "榕政公开〔" + year + "〕12号", Way: "邮寄（EMS）", Mail: "EMS 1000000000000，3月13日交邮"}
	in.Files = []File{{Name: "政府信息公开申请表", On: testkit.Day(year + "-03-04"), Pages: 2}, {Name: "政府信息公开答复书", Number: "榕政公开〔" + year + "〕12号", On: testkit.Day(year + "-03-12"), Pages: 1}}
	in.Order = Order{To: "示例市财政局", Reason: "本件已超过答复期限。", Wants: "请立即答复申请人，并说明逾期的原因。", Due: testkit.Day(year + "-03-22"), Year: 2021}
	if code == "return_chaser" {
		in.Order.Wants = ""
	}
	if !in.Kind.OfCase() {
		in.Case = nil
	}
	return in
}

// answerSample composes the answer of an outcome from a case which has what the
// outcome needs.
func answerSample(year, code string) Input {
	s := newSample(year)
	o := cases.MustOutcome(code)
	texts := map[string]string{"withhold.law_forbids": "依照《中华人民共和国统计法》第九条，统计调查中获得的个人资料应当保密。", "withhold.internal_affairs": "该信息是本机关的人事管理记录。",
		"withhold.process_info": "该信息是会议的讨论记录，决定尚未作出。", "disclose.provided": "随本答复书提供批复复印件1份。", "partial": "提供批复正文；附件中的企业成本资料不予提供，公开会损害其竞争地位。"}
	switch code {
	case "withhold.third_party":
		s.consulted()
	case "unable.nonexistent", "unable.archived":
		s.add("03-10", cases.Searched{}, "search", "检索未见")
	case "unable.still_unclear":
		s.add("03-06", cases.SupplementAsked{Causes: []string{"description"}, Days: 15}).add("03-11", cases.SupplementReceived{})
	case "not_processed.excessive":
		s.add("03-06", cases.ReasonsAsked{}, "finding", "86件")
	case "other.no_supplement":
		s.add("03-06", cases.SupplementAsked{Causes: []string{"description"}, Days: 3})
	case "other.fee_unpaid":
		s.add("03-06", cases.FeeNoticed{Fen: 68000, Method: "pages", Count: 98})
	}
	a := cases.Answered{Outcome: o}
	if code == "partial" {
		s.consulted()
		a.Grounds = []cases.Outcome{cases.MustOutcome("withhold.third_party")}
	}
	text := texts[code]
	if text == "" {
		text = "（这里是承办人写的说明。）"
	}
	s.add("03-25", a, "answer", text)
	kind, err := AnswerKind(o)
	if err != nil {
		panic(err)
	}
	in := s.input(kind.Code(), "03-25")
	in.First = First{Number: "榕政公开〔" + year + "〕3号", On: testkit.Day(year + "-01-20")}
	return in
}

func (s *sampleCase) consulted() {
	s.add("03-06", cases.ConsultSent{Ref: 1, Party: "third_party"}, "party", "示例建设有限公司").add("03-12", cases.ConsultReplied{Ref: 1, Answer: "refuse"})
}

// samples are all letters of an era, each by a name.
func samples(year string) (names []string, all []Input) {
	for _, k := range Kinds() {
		if !k.Answers() {
			names, all = append(names, k.Title()), append(all, sample(year, k.Code()))
		}
	}
	for _, o := range cases.Outcomes() {
		in := answerSample(year, o.Code())
		names, all = append(names, in.Kind.Title()+"："+o.Label()), append(all, in)
	}
	return names, all
}
