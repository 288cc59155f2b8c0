package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gongkai/internal/cases"
)

// searchBound and phoneBound are what a search, and a look-up of a telephone
// number, may take in a register of a million.
const (
	searchBound = 50 * time.Millisecond
	phoneBound  = 5 * time.Millisecond
)

// BenchmarkSearch fills a register of GONGKAI_BENCH_CASES cases with texts, without
// their events, indexes it, and asks it what an office asks.
func BenchmarkSearch(b *testing.B) {
	n := benchCases(b)
	b.Run(SQLite, func(b *testing.B) { measureSearch(b, SQLite, n) })
	b.Run(Postgres, func(b *testing.B) { measureSearch(b, Postgres, n) })
}

func measureSearch(b *testing.B, engine string, n int) {
	if b.N > 1 {
		return // measured once; the figures are the result
	}
	ctx := context.Background()
	f := &measured{b: b, judge: n >= benchJudged}
	db := openAt(b, options(b, engine))
	begun := time.Now()
	ids := fillTexts(b, db, n)
	f.say("filled", "%d cases, %.0f cases/s", n, float64(n)/time.Since(begun).Seconds())
	begun = time.Now()
	indexAll(b, db, 50_000)
	f.say("indexed", "%.0f cases/s", float64(n)/time.Since(begun).Seconds())
	var rows, bytes int64
	if err := db.read.QueryRow("SELECT COUNT(*), COALESCE(SUM(LENGTH(ids) + LENGTH(term)), 0) FROM search_terms").Scan(&rows, &bytes); err != nil {
		b.Fatal(err)
	}
	f.say("index", "%d entries, %.0f bytes a case", rows, float64(bytes)/float64(n))
	for _, scope := range [][]int64{ids, ids[:1], ids[len(ids)-1:]} {
		for _, text := range []string{"征收", "批文", "的", "塮嵄", "龘", "补偿方案", "第4242", "征收补偿 安置", "〔2025〕4242"} {
			took := usual(b, func() error {
				_, err := db.Search(ctx, scope, text, "", 50)
				return err
			})
			f.within(fmt.Sprintf("%s in %d agencies", text, len(scope)), took, searchBound)
		}
	}
	for _, scope := range [][]int64{ids, ids[:1]} {
		for _, phone := range []string{"13900004242", "13800004242"} {
			var hits []CallerHit
			took := usual(b, func() (err error) {
				hits, err = db.FindCaller(ctx, scope, phone)
				return err
			})
			bound := phoneBound
			if len(hits) == 0 { // nobody's: then it is looked for among the numbers of cases
				bound = searchBound
			}
			f.within(fmt.Sprintf("telephone %s in %d agencies, %d cases", phone, len(scope), len(hits)), took, bound)
			took = usual(b, func() error {
				return db.look(ctx, func(t *tx) error {
					_, err := t.casesByPhone(scope, phone)
					return err
				})
			})
			f.within(fmt.Sprintf("telephone %s in %d agencies, blind index alone", phone, len(scope)), took, phoneBound)
		}
	}
	f.print("Search, " + engine)
}

// within notes a time and fails the benchmark if it is beyond its bound.
func (f *measured) within(name string, took, bound time.Duration) {
	if f.judge && took > bound {
		f.b.Errorf("%s: %s, at most %s", name, took, bound)
	}
	f.say(name, "%s of at most %s", took, bound)
}

// benchText makes up what is asked: usual words, place names, and a number.
func benchText(r *rand.Rand) string {
	words := []string{"征收", "补偿方案", "安置", "建设用地", "规划许可", "批文", "公告", "勘测定界图", "听证材料", "环评报告", "财政预算", "合同", "验收", "会议纪要", "名单", "拆迁"}
	places := []string{"鼓楼", "台江", "仓山", "晋安", "马尾", "长乐", "福清", "闽侯", "连江", "罗源", "闽清", "永泰", "平潭"}
	var out strings.Builder
	fmt.Fprintf(&out, "申请公开%s区第%d号地块", places[r.IntN(len(places))], r.IntN(1_000_000))
	for range 2 + r.IntN(4) {
		out.WriteString(words[min(r.IntN(len(words)), r.IntN(len(words)))] + "的")
	}
	for range 6 {
		out.WriteRune(rune(0x4E00 + min(r.IntN(4000), r.IntN(4000))))
	}
	return out.String()
}

// fillTexts writes cases without events, whose macs say nothing, and gives the
// agencies: the first is the busiest, the last has few.
func fillTexts(b *testing.B, db *DB, n int) (all []int64) {
	b.Helper()
	var codes []string
	for i := range 50 {
		codes = append(codes, fmt.Sprintf("a%03d", i))
	}
	byCode := agencies(b, db, codes...)
	for _, code := range codes {
		all = append(all, byCode[code])
	}
	r := rand.New(rand.NewPCG(3, 4))
	for done := 0; done < n; {
		part := min(50_000, n-done)
		if err := db.inTx(context.Background(), func(t *tx) error { return fillPart(t, r, all, done, part) }); err != nil {
			b.Fatal(err)
		}
		done += part
	}
	if db.Engine() == Postgres {
		if _, err := db.write.Exec("ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	return all
}

func fillPart(t *tx, r *rand.Rand, agencies []int64, from, n int) error {
	rows := newBulk(t, "cases", "id, agency_id, number, version, last_seq, received_on, channel, kind, state, due_on, answered_on, outcome", "")
	texts := newBulk(t, "case_texts", "case_id, content, mac", "")
	people := newBulk(t, "applicants", "id, uid, agency_id, kind, name, phone_blind, mac", "")
	parties := newBulk(t, "case_parties", partyColumns, "")
	queue := newBulk(t, "search_queue", "case_id", "")
	flush := func() error { // together: a table points to those before it
		for _, b := range []*bulk{rows, people, texts, parties, queue} {
			if err := b.flush(); err != nil {
				return err
			}
		}
		return nil
	}
	blind := t.db.key.IndexMAC("applicant.phone")
	for id := int64(from + 1); id <= int64(from+n); id++ {
		agency := agencies[min(r.IntN(len(agencies)), r.IntN(len(agencies)))]
		day := stamp("2022-01-04").Today.AddDays(int(id * 1400 / 1_000_000)).String()
		rows.args = append(rows.args, id, agency, fmt.Sprintf("榕〔2025〕%d号", id), 1, 1, day, "online", "natural", "answered", day, day, cases.Outcomes()[0].Code())
		people.args = append(people.args, id, id, agency, "natural", benchName(r), blind.Sum(nil, fmt.Append(nil, 13900000000+r.IntN(500_000))), []byte{0})
		texts.args = append(texts.args, id, benchText(r), []byte{0})
		parties.args = append(parties.args, id, 1, "applicant", id)
		queue.args = append(queue.args, id)
		if id%500 == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func benchName(r *rand.Rand) string {
	family, given := []rune("陈林黄张李王吴刘蔡杨"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平")
	return string([]rune{family[r.IntN(len(family))], given[r.IntN(len(given))], given[r.IntN(len(given))]})
}
