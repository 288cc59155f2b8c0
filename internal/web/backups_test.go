package web

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/internal/testkit"
)

// keeper stands for what makes backups: it notes what it is asked for.
type keeper struct {
	state store.BackupState
	asked []string
	sheet bool
	err   error
}

func (k *keeper) State() store.BackupState { return k.state }

func (k *keeper) Begin(_ context.Context, what string, _ cases.Stamp, sheet bool) error {
	k.asked, k.sheet = append(k.asked, what), sheet
	return k.err
}

// backedUp is an office whose system administrator asks, with a keeper of backups.
func backedUp(t *testing.T) (*office, *keeper) {
	o := matrixOffice(t)
	k := &keeper{state: store.BackupState{Dir: filepath.Join(o.dir, "backups"), Keep: 14, Drills: true, Next: testkit.Clock("2026-11-25")(), Since: o.server.now()}}
	o.server.backups = k
	return o.signIn("sys"), k
}

// note records what came of a backup, and puts its file there if it is good.
func (o *office) note(r store.BackupRecord) store.BackupRecord {
	o.Helper()
	r.Folder = filepath.Join(o.dir, "backups")
	if r.DoneAt == 0 {
		r.DoneAt = o.server.now().UnixMicro()
	}
	r, err := o.db.NoteBackup(context.Background(), cases.Stamp{At: r.DoneAt, By: "job:backup"}, store.BackupSlot{}, r)
	if err == nil && r.Good() {
		if err = os.MkdirAll(r.Folder, 0o700); err == nil {
			err = os.WriteFile(r.Path(), []byte("x"), 0o600)
		}
	}
	if err != nil {
		o.Fatal(err)
	}
	return r
}

// Before the first backup the page says when it will be made, and what about the key.
func TestNoBackupYet(t *testing.T) {
	o, _ := backedUp(t)
	o.check(o.page(o.get("/admin/backups"), http.StatusOK), testkit.In(".empty", testkit.HasText("以后每天"), testkit.HasText("分开保管")),
		testkit.In("button[value=backup]"), testkit.In("button[value=drill]"), testkit.In("#damage", testkit.HasText("gongkai restore --data 新目录")))
	o.check(o.page(o.get("/admin"), http.StatusOK), testkit.In("a[href='/admin/backups']"))
}

// A line for each backup: what came of it, when, how large, how many cases, the
// latest drill; a drill leads to its certificate.
func TestListOfBackups(t *testing.T) {
	o, _ := backedUp(t)
	good := o.note(store.BackupRecord{File: "gongkai-20261123.tar.gz", Size: 5 << 20, Cases: 1234, KeyID: "k1", SHA256: "abc"})
	gone := o.note(store.BackupRecord{File: "gongkai-20261124.tar.gz", Size: 5 << 20, Cases: 1235})
	if err := os.Remove(gone.Path()); err != nil {
		t.Fatal(err)
	}
	contents := store.BackupContents{Cases: 1234, Events: 9, Ends: store.ChainEnds{Chains: 2, Entries: 7, SHA256: strings.Repeat("ab", 32)}}
	for _, d := range []store.DrillRecord{{BackupID: good.ID, StartedAt: good.DoneAt, DoneAt: good.DoneAt + 95e6, Sheet: 1, SHA256: "abc", MadeAt: good.DoneAt, Said: contents, Found: contents},
		{BackupID: good.ID, StartedAt: good.DoneAt, DoneAt: good.DoneAt + 99e6, SHA256: "abd", Failure: "文件被换过。"}} {
		if _, err := o.db.NoteDrill(context.Background(), o.actor(), d); err != nil {
			t.Fatal(err)
		}
	}
	body := o.page(o.get("/admin/backups"), http.StatusOK)
	o.check(body, testkit.In("table", testkit.HasText("gongkai-20261123.tar.gz"), testkit.HasText("1234件"), testkit.HasText("5.0 MB"), testkit.HasText("完好"), testkit.HasText("文件不在")),
		testkit.Count("td.number a[href^='/admin/backups/drills/']", 2), testkit.In(".light.late", testkit.HasText("未通过")), testkit.In("#damage", testkit.HasText(good.Path())))
	o.check(o.page(o.get("/admin/backups/drills/1"), http.StatusOK), testkit.In(".drill-verdict.good", testkit.HasText("演练通过")),
		testkit.In(".drill-facts", testkit.HasText("abc"), testkit.HasText("1分35秒"), testkit.HasText("k1"), testkit.HasText("编号相符"), testkit.HasText("0处不符")),
		testkit.Count(".drill-counts tbody tr", 5), testkit.NotIn(".drill-counts strong"))
	o.check(o.page(o.get("/admin/backups/drills/2"), http.StatusOK), testkit.In(".drill-verdict.bad", testkit.HasText("文件被换过")),
		testkit.In(".drill-facts", testkit.HasText("没有核对"), testkit.HasText("没有做到这一步")), testkit.NotIn(".drill-counts"))
	o.page(o.get("/admin/backups/drills/3"), http.StatusNotFound)
}

// The buttons ask for what they say; a recovery sheet of another key is refused, its
// number kept in the form; what can't be begun says why.
func TestAskForBackupsAndDrills(t *testing.T) {
	o, k := backedUp(t)
	for _, c := range []struct {
		form   url.Values
		err    error
		status int
		asked  string
		sheet  bool
		says   string
	}{
		{url.Values{"do": {"backup"}}, nil, http.StatusSeeOther, "backup", false, ""},
		{url.Values{"do": {"drill"}}, nil, http.StatusSeeOther, "drill", false, ""},
		{url.Values{"do": {"drill"}, "sheet": {strings.ToUpper(o.db.Key().ID())}}, nil, http.StatusSeeOther, "drill", true, ""},
		{url.Values{"do": {"drill"}, "sheet": {"0123"}}, nil, http.StatusUnprocessableEntity, "", false, "密钥编号与现用的密钥不同"},
		{url.Values{"do": {"other"}}, nil, http.StatusUnprocessableEntity, "", false, "没有选择"},
		{url.Values{"do": {"drill"}}, store.Fail(store.Conflict, "正在备份。"), http.StatusConflict, "drill", false, "正在备份"},
		{url.Values{"do": {"drill"}}, store.Fail(store.Refused, "磁盘空间不够。"), http.StatusUnprocessableEntity, "drill", false, "磁盘空间不够"},
	} {
		k.asked, k.sheet, k.err = nil, false, c.err
		body := o.page(o.post("/admin/backups", c.form), c.status)
		if got := strings.Join(k.asked, " "); got != c.asked || k.sheet != c.sheet {
			t.Errorf("%v asks for %q with the sheet %v", c.form, got, k.sheet)
		}
		if c.says != "" {
			o.check(body, testkit.In(".summary", testkit.HasText(c.says)))
		}
		if text := c.form.Get("sheet"); c.status == http.StatusUnprocessableEntity && text != "" {
			o.check(body, testkit.In("#field-sheet", testkit.HasAttr("value", text)))
		}
	}
}

// While something is made the page says what, how far it is, and comes again by
// itself; nothing else can be begun.
func TestBackupAtWork(t *testing.T) {
	o, k := backedUp(t)
	k.state.Work = store.BackupWork{What: store.WorkDrill, Since: o.server.now().Add(-80 * time.Second), Step: store.DrillVerifies}
	res := o.get("/admin/backups")
	if res.Header.Get("Refresh") == "" {
		t.Error("the page does not come again")
	}
	o.check(o.page(res, http.StatusOK), testkit.In(".notice", testkit.HasText("正在演练"), testkit.HasText("1分20秒")), testkit.In(".backup-steps [aria-current]", testkit.HasText("逐件核对")),
		testkit.Count(".backup-steps .done", 2), testkit.In("button[value=drill][disabled]"), testkit.In("button[value=backup][disabled]"))
}

// Who has to mend it hears on every page that the last backup failed, or that there
// has been none for days; nobody else does, and a good one ends it.
func TestBackupAlarm(t *testing.T) {
	o, k := backedUp(t)
	alarm := testkit.In(".damage-notice[role=alert] a[href='/admin/backups']")
	none := testkit.NotIn(".damage-notice")
	for _, c := range []struct {
		name  string
		do    func()
		check testkit.HTMLCheck
	}{
		{"before the first", func() {}, none},
		{"failed", func() { o.note(store.BackupRecord{Failure: "磁盘空间不够。"}) }, testkit.In(".damage-notice", testkit.HasText("磁盘空间不够"))},
		{"good", func() { o.note(store.BackupRecord{File: "gongkai-20261124.tar.gz"}) }, none},
		{"failed, and not even that recorded", func() {
			k.state.Failed = store.BackupRecord{DoneAt: o.server.now().Add(time.Minute).UnixMicro(), Failure: "磁盘已满。"}
		}, testkit.In(".damage-notice", testkit.HasText("磁盘已满"))},
		{"good again", func() { k.state.Failed = store.BackupRecord{} }, none},
		{"none for days", func() {
			o.note(store.BackupRecord{File: "gongkai-20261120.tar.gz", DoneAt: o.server.now().Add(-72 * time.Hour).UnixMicro()})
			k.state.Since = o.server.now().Add(-2 * time.Hour)
		}, alarm},
	} {
		c.do()
		for _, path := range []string{"/admin", "/admin/backups", "/admin/agencies", "/admin/users", "/me"} {
			body := o.signIn("sys").page(o.get(path), http.StatusOK)
			o.Run(c.name+" "+path, func(t *testing.T) { (&office{T: t}).check(body, c.check) })
		}
		o.check(o.signIn("deng").page(o.get("/"), http.StatusOK), none)
	}
}

// On PostgreSQL the page says that drills are made by hand.
func TestDrillOnPostgres(t *testing.T) {
	o, k := backedUp(t)
	k.state.Drills = false
	o.check(o.page(o.get("/admin/backups"), http.StatusOK), testkit.In("main", testkit.HasText("PostgreSQL"), testkit.HasText("手工")), testkit.NotIn("button[value=drill]"))
}
