package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gongkai/internal/auth"
	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/config"
	"gongkai/internal/demo"
	"gongkai/internal/store"
)

// demoMark is the setting by which a database says that it is a demonstration.
const demoMark = "demo"

// demoState is the value of demoMark.
type demoState struct {
	Day     calendar.Date `json:"day"`     // on which it was made
	Written int64         `json:"written"` // store.Written when it was made
}

// prepareDemo leaves in the data folder a demonstration as of today: one made
// earlier is made anew, unless somebody has written in it; any other database is
// refused. It is made in a folder beside and then moved into place, so that an
// interrupted one leaves nothing. made is false if one was there to be opened.
func prepareDemo(ctx context.Context, env *Env, cfg config.Config) (made bool, err error) {
	if cfg.Database.Driver != config.SQLite || cfg.Database.DSN != "" {
		return false, store.Fail(store.Refused, "演示只用数据目录里的内置数据库，而设置里的 [database] 指向别处；请换一份配置文件运行 gongkai demo。")
	}
	lock, err := store.LockFolder(cfg.Data.Dir, "demo")
	if err != nil {
		return false, err
	}
	defer lock.Release()
	if keep, err := keepDemo(ctx, env, cfg); keep || err != nil {
		return false, err
	}
	building := filepath.Join(cfg.Data.Dir, "demo.new")
	if err := os.RemoveAll(building); err != nil {
		return false, fmt.Errorf("clear away an interrupted demo: %w", err)
	}
	defer os.RemoveAll(building)
	if err := buildDemo(ctx, env, cfg, building); err != nil {
		return false, err
	}
	return true, moveDatabase(building, cfg.Data.Dir)
}

// keepDemo looks at the database that is there: whether to open it as it is.
func keepDemo(ctx context.Context, env *Env, cfg config.Config) (keep bool, err error) {
	if _, err := os.Stat(cfg.DatabaseDSN()); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	db, err := store.Open(ctx, store.Options{Dir: cfg.Data.Dir, KeyFile: cfg.KeyFile(), ReadOnly: true, Clock: env.Now})
	if err != nil {
		return false, err
	}
	defer db.Close()
	value, err := db.Setting(ctx, 0, demoMark, env.Today())
	if err != nil {
		return false, err
	}
	if value == "" {
		return false, store.Fail(store.Refused, "数据目录 %s 里已有别的数据库，演示不会动它；请用 --data 指定另一个目录，如 gongkai demo --data demo。", cfg.Data.Dir)
	}
	var state demoState
	if err := json.Unmarshal([]byte(value), &state); err != nil {
		return false, fmt.Errorf("read the demo's mark: %w", err)
	}
	written, err := db.Written(ctx)
	return state.Day == env.Today() || written != state.Written, err
}

// buildDemo makes the database of a demonstration in a folder of its own.
func buildDemo(ctx context.Context, env *Env, cfg config.Config, dir string) (err error) {
	db, err := store.Open(ctx, store.Options{Dir: dir, KeyFile: cfg.KeyFile(), Purpose: "demo", Clock: env.Now})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := loadDemo(ctx, env, db); err != nil {
		return err
	}
	written, err := db.Written(ctx)
	if err != nil {
		return err
	}
	// The mark is a setting itself, and so counts as one more thing written.
	value, err := json.Marshal(demoState{Day: env.Today(), Written: written + 1})
	if err != nil {
		return fmt.Errorf("write the demo's mark: %w", err)
	}
	stamp, err := demoStamp(ctx, env, db)
	if err != nil {
		return err
	}
	return db.Set(ctx, stamp, 0, demoMark, string(value), calendar.Date{})
}

// loadDemo takes agencies and cases in by the doors that every ledger comes
// through.
func loadDemo(ctx context.Context, env *Env, db *store.DB) error {
	stamp, err := demoStamp(ctx, env, db)
	if err != nil {
		return err
	}
	if _, err := db.ImportAgencies(ctx, stamp, demoAgencies()); err != nil {
		return err
	}
	historic, living := demo.Historic(), demo.Living(env.Today(), stamp.Book)
	progress := env.NewProgress("生成演示数据", len(historic)+len(living))
	defer progress.Done()
	for _, ledger := range []struct {
		name  string
		lines []demo.Line
	}{{"演示台账-2019年", historic}, {"演示台账-当前", living}} {
		job := demoJob(ledger.name, ledger.lines)
		job.Progress = progress.Add
		if _, err := db.Import(ctx, stamp, job); err != nil {
			return err
		}
	}
	if err := createDemoAccounts(ctx, db, stamp); err != nil {
		return err
	}
	officers, err := demoOfficers(ctx, db, stamp)
	if err != nil {
		return err
	}
	if err := createFurther(ctx, db, stamp, living, officers); err != nil {
		return err
	}
	if err := setDemo(ctx, db, stamp, officers); err != nil {
		return err
	}
	if err := createDemoAnnual(ctx, db, stamp); err != nil {
		return err
	}
	if err := tellDemoTopics(ctx, db, stamp); err != nil {
		return err
	}
	if err := assignDemo(ctx, db, stamp, officers); err != nil {
		return err
	}
	if err := demoServices(ctx, db, stamp); err != nil {
		return err
	}
	return createDemoSupervision(ctx, db, stamp)
}

// demoServices records how some of the latest answers of the land office were sent:
// signed for, on their way, come back, by the net.
func demoServices(ctx context.Context, db *store.DB, s cases.Stamp) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	office, _ := tree.ByCode(demo.Root + "-zrzy")
	page, err := db.List(ctx, store.Filter{AgencyIDs: []int64{office.ID}, AnsweredFrom: s.Today.AddDays(-120), AnsweredTo: s.Today.AddDays(-4), Today: s.Today, Book: s.Book}, store.SortNumber.Desc(), "", 8)
	if err != nil {
		return err
	}
	for i, r := range page.Rows {
		x := cases.Service{Way: cases.ByMail, Carrier: "ems", Number: fmt.Sprintf("EY%09dCS", 100000001+int64(i)*7), Posted: r.AnsweredOn}
		switch i % 4 {
		case 0:
			x.Signed, x.By = r.AnsweredOn.AddDays(2), "本人"
		case 2:
			x.Failed, x.Failure = r.AnsweredOn.AddDays(3), cases.Failures()[1]
		case 3:
			x = cases.Service{Way: cases.Electronic, Sent: r.AnsweredOn}
		}
		if _, err := db.Serve(ctx, s, r.ID, store.Service{Service: x}); err != nil {
			return fmt.Errorf("demo: a service: %w", err)
		}
	}
	return nil
}

func demoStamp(ctx context.Context, env *Env, db *store.DB) (cases.Stamp, error) {
	book, err := db.Book(ctx)
	return cases.Stamp{At: env.Now().UnixMicro(), By: "demo", Today: env.Today(), History: true, Book: book}, err
}

func demoAgencies() []store.AgencyLine {
	var out []store.AgencyLine
	for i, a := range demo.Agencies() {
		out = append(out, store.AgencyLine{ParentCode: a.Parent, Line: i + 2,
			Agency: cases.Agency{Code: a.Code, Name: a.Name, ShortName: a.ShortName, Kind: a.Kind}})
	}
	return out
}

// demoJob lays the lines out as a ledger; those with further facts are created
// one by one.
func demoJob(name string, lines []demo.Line) store.ImportJob {
	hash := sha256.New()
	job := store.ImportJob{FileName: name}
	for i, l := range lines {
		if len(l.Further) > 0 {
			continue
		}
		job.Rows = append(job.Rows, store.ImportRow{Line: i + 2, Record: l.Record})
		for _, c := range cases.Columns() {
			fmt.Fprintf(hash, "%s\x1f", c.Get(l.Record))
		}
	}
	job.FileHash = hex.EncodeToString(hash.Sum(nil))
	return job
}

// createFurther stores the cases that hold facts for which a ledger has no column.
func createFurther(ctx context.Context, db *store.DB, s cases.Stamp, lines []demo.Line, officers map[int64]int64) error {
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if len(l.Further) == 0 {
			continue
		}
		agency, found := tree.ByCode(l.AgencyCode)
		if !found {
			return fmt.Errorf("demo: no agency %s", l.AgencyCode)
		}
		if s.By = "demo"; officers[agency.ID] != 0 {
			s.By = auth.By(officers[agency.ID])
		}
		c := cases.NewCase(agency.ID, s, l.Record)
		for _, f := range l.Further {
			if err := further(c, s, tree, f); err != nil {
				return fmt.Errorf("demo: %s: %w", f.Fact.Kind(), err)
			}
		}
		if err := db.Create(ctx, s, c); err != nil {
			return err
		}
	}
	return nil
}

// further records one more fact by its own act; the agency that is asked is the
// city's planning office, or its land office if that one asks.
func further(c *cases.Case, s cases.Stamp, tree *cases.Tree, f demo.Dated) error {
	switch fact := f.Fact.(type) {
	case cases.ConsultSent:
		asked, _ := tree.ByCode(demo.Root + "-fagai")
		if asked.ID == c.AgencyID {
			asked, _ = tree.ByCode(demo.Root + "-zrzy")
		}
		_, err := c.Consult(s, f.On, fact.Party, asked.ID)
		return err
	case cases.Proposed:
		return c.Propose(s, f.On, fact)
	case cases.Approved:
		return c.Approve(s, f.On, fact)
	}
	return errors.New("a fact that the demo cannot record")
}

// moveDatabase puts a finished database in the place of an older one. What
// SQLite keeps beside the old file would be taken for the new one's.
func moveDatabase(from, to string) error {
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(to, "gongkai.db"+suffix)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("clear away the old demo: %w", err)
		}
	}
	if err := os.Rename(filepath.Join(from, "gongkai.db"), filepath.Join(to, "gongkai.db")); err != nil {
		return fmt.Errorf("move the demo into place: %w", err)
	}
	return nil
}
