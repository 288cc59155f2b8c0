package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
	"gongkai/internal/store"
	"gongkai/templates/admin"
	"gongkai/templates/parts"
)

// Backups is what makes backups and drills in the process of the pages.
type Backups interface {
	State() store.BackupState
	// Begin makes one (store.WorkBackup, store.WorkDrill) in the background. sheet:
	// the key's recovery sheet is at hand.
	Begin(ctx context.Context, what string, s cases.Stamp, sheet bool) error
}

// mostBackups is how many lines stand on the page.
const mostBackups = 60

// drillDue is after how long without a drill the page asks for one.
const drillDue = 180 * 24 * time.Hour

// showBackups lists the backups and what is being made.
func (s *Server) showBackups(c echo.Context) error {
	saved := map[string]string{"backup": "已开始备份。", "drill": "已开始演练。"}[c.QueryParam("saved")]
	return s.drawBackups(c, http.StatusOK, admin.BackupsView{Saved: saved})
}

// doBackups makes a backup or a drill, for whoever presses the button.
func (s *Server) doBackups(c echo.Context) error {
	what, typed := c.FormValue("do"), strings.TrimSpace(c.FormValue("sheet"))
	view := admin.BackupsView{Sheet: typed}
	wrong := func(status int, field, message string) error {
		view.Problems = []parts.Problem{{Field: field, Message: message}}
		return s.drawBackups(c, status, view)
	}
	if s.backups == nil || what != store.WorkBackup && what != store.WorkDrill {
		return wrong(http.StatusUnprocessableEntity, "sheet", "没有选择要做什么：点“现在备份”或“开始恢复演练”")
	}
	if id := s.db.Key().ID(); what == store.WorkDrill && typed != "" && !strings.EqualFold(typed, id) {
		return wrong(http.StatusUnprocessableEntity, "sheet", "恢复页上的密钥编号与现用的密钥不同：请核对是否抄错；没有抄错的，这张恢复页恢复不了现在的备份，应立即用 gongkai key export 重新制作")
	}
	err := s.backups.Begin(c.Request().Context(), what, s.stamp(c), what == store.WorkDrill && typed != "")
	switch {
	case store.Is(err, store.Conflict):
		return wrong(http.StatusConflict, "sheet", err.Error())
	case store.Is(err, store.Invalid), store.Is(err, store.Refused) && s.db.Damaged() == nil:
		return wrong(http.StatusUnprocessableEntity, "sheet", err.Error())
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/backups?saved="+what)
}

func (s *Server) drawBackups(c echo.Context, status int, view admin.BackupsView) error {
	ctx := c.Request().Context()
	p := s.plainPage(c, "备份与恢复演练")
	p.Path, p.Place, p.Wrong = "/admin/backups", "admin", len(view.Problems) > 0
	if err := s.bell(c, &p); err != nil {
		return err
	}
	view.Page, view.Damage = p, p.Damaged
	made, err := s.db.Backups(ctx, mostBackups)
	if err != nil {
		return err
	}
	drills, err := s.db.Drills(ctx, mostBackups)
	if err != nil {
		return err
	}
	var actors []string
	for _, r := range made {
		actors = append(actors, r.By)
	}
	for _, d := range drills {
		actors = append(actors, d.By)
	}
	names, err := s.db.NamesOf(ctx, actors)
	if err != nil {
		return err
	}
	names["job:backup"] = "自动"
	files := map[int64]string{}
	for _, r := range made {
		files[r.ID] = r.File
		view.Rows = append(view.Rows, s.backupRow(r, drills, names))
	}
	for _, d := range drills {
		view.Drills = append(view.Drills, admin.DrillRow{Href: drillPath(d.ID), Number: drillNumber(d), Made: s.clock(d.DoneAt), Backup: files[d.BackupID], By: names[d.By], State: drillLight(d)})
	}
	view.Restore = restoreCommand(made)
	if s.backups == nil {
		view.NoDrill, view.First = "本进程不做备份和演练。", "本进程不做备份。"
		return s.draw(c, status, admin.Backups(view))
	}
	s.planOf(&view, s.backups.State(), made, drills)
	if view.Working != "" {
		c.Response().Header().Set("Refresh", "5; url=/admin/backups")
	}
	return s.draw(c, status, admin.Backups(view))
}

// backupRow words a backup.
func (s *Server) backupRow(r store.BackupRecord, drills []store.DrillRecord, names map[string]string) admin.BackupRow {
	row := admin.BackupRow{Made: s.clock(r.DoneAt), File: r.File, Size: sizeWord(r.Size), Cases: number(r.Cases) + "件", By: names[r.By], State: parts.Light{Kind: "closed", Word: "完好"}}
	switch {
	case !r.Good():
		row.State, row.Note = parts.Light{Kind: "late", Word: "失败"}, r.Failure
	case r.RemovedAt != 0:
		row.State = parts.Light{Kind: "waiting", Word: "已到期删除"}
	case !r.There():
		row.State, row.Note = parts.Light{Kind: "soon", Word: "文件不在"}, "不在 "+r.Folder+" 里，或这台机器看不到。"
	}
	for _, d := range drills {
		if d.BackupID == r.ID {
			row.Drill, row.DrillHref, row.DrillState = s.clock(d.DoneAt), drillPath(d.ID), drillLight(d)
			break
		}
	}
	return row
}

func drillPath(id int64) string { return "/admin/backups/drills/" + itoa64(id) }

func drillNumber(d store.DrillRecord) string {
	return fmt.Sprintf("演练〔%d〕%d号", time.UnixMicro(d.DoneAt).In(time.FixedZone("CST", 8*60*60)).Year(), d.ID)
}

func drillLight(d store.DrillRecord) parts.Light {
	if d.Passed() {
		return parts.Light{Kind: "closed", Word: "通过"}
	}
	return parts.Light{Kind: "late", Word: "未通过"}
}

// restoreCommand is what restores the newest backup whose file is there.
func restoreCommand(made []store.BackupRecord) string {
	for _, r := range made {
		if r.Good() && r.There() {
			return "gongkai restore --data 新目录 " + r.Path()
		}
	}
	return "gongkai restore --data 新目录 备份文件"
}

// planOf words what is planned and what runs.
func (s *Server) planOf(view *admin.BackupsView, state store.BackupState, made []store.BackupRecord, drills []store.DrillRecord) {
	view.Makes = true
	view.First = "自动备份没有开启。点“现在备份”做第一份，或在配置文件的 [backup] 一节设定时间。"
	next := "没有开启"
	if !state.Next.IsZero() {
		next = state.Next.In(s.office).Format("2006-01-02 15:04")
		view.First = "第一份在启动一分钟后自动做，以后每天" + state.Next.In(s.office).Format("15:04") + "做；那时关着机的，下次启动一分钟后补做。也可以点“现在备份”。"
	} else {
		view.Warnings = append(view.Warnings, "自动备份没有开启（[backup] 的 time 留空）。磁盘一坏，最后一份备份以后的登记就没有了。")
	}
	view.Plan = []parts.Pair{{Name: "目录", Value: state.Dir}, {Name: "下一次", Value: next}, {Name: "保留", Value: fmt.Sprintf("%d天，最近3份总是保留", state.Keep)}}
	if free, err := store.FreeSpace(state.Dir); err == nil {
		view.Plan = append(view.Plan, parts.Pair{Name: "磁盘剩余", Value: gigabytes(free)})
	}
	if state.Beside {
		view.Warnings = append(view.Warnings, "备份与数据在同一块磁盘上：磁盘一坏，两者都没有了。请把 [backup] 的 dir 设到另一块磁盘或网络盘；没有的，每周把最新一份拷到移动硬盘，与密钥分开保管。")
	}
	if len(made) > 0 && state.Drills && (len(drills) == 0 || s.now().Sub(time.UnixMicro(drills[0].DoneAt)) > drillDue) {
		view.Warnings = append(view.Warnings, "半年内没有做过恢复演练：没有恢复过的备份，不知道能不能用。")
	}
	if !state.Drills {
		view.NoDrill = "本系统用的是 PostgreSQL：演练要另建一个空库，用 gongkai restore 手工进行，步骤见运行手册（docs/operations.md）。本页不能代做。"
	}
	s.workOf(view, state.Work)
}

// gigabytes words the room on a disk.
func gigabytes(n int64) string {
	if n < 10<<30 {
		return sizeWord(n)
	}
	return fmt.Sprintf("%d GB", n>>30)
}

// workOf words what is being made.
func (s *Server) workOf(view *admin.BackupsView, work store.BackupWork) {
	if work.What == "" {
		return
	}
	word := map[string]string{store.WorkBackup: "正在备份", store.WorkDrill: "正在演练"}[work.What]
	view.Working = fmt.Sprintf("%s，已用%s。", word, lasted(s.now().Sub(work.Since)))
	steps := []string{"写出备份", "读回核对"}
	if work.What == store.WorkDrill {
		steps = []string{"核对备份文件", "恢复到临时目录", "打开、逐件核对", "删除临时目录"}
	}
	for i, step := range steps {
		state := ""
		switch {
		case i+1 < work.Step:
			state = "done"
		case i+1 == work.Step:
			state = "here"
		}
		view.Steps = append(view.Steps, admin.DrillStep{State: state, Word: step})
	}
}

// lasted words how long something took.
func lasted(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + "秒"
	}
	return fmt.Sprintf("%d分%d秒", int(d.Minutes()), int(d.Seconds())%60)
}

// showDrill draws the certificate of a drill.
func (s *Server) showDrill(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	d, of, err := s.db.Drill(c.Request().Context(), id)
	if err != nil {
		return err
	}
	names, err := s.db.NamesOf(c.Request().Context(), []string{d.By})
	if err != nil {
		return err
	}
	p := s.plainPage(c, "恢复演练记录")
	p.Path, p.Place = "/admin/backups", "admin"
	if err := s.bell(c, &p); err != nil {
		return err
	}
	view := admin.DrillView{Page: p, Number: drillNumber(d), Passed: d.Passed(), Verdict: "演练通过：备份可以完整恢复。"}
	if !d.Passed() {
		view.Verdict = "演练未通过：" + d.Failure
	}
	view.Facts = s.drillFacts(d, of, names[d.By])
	if d.MadeAt != 0 {
		view.Counts = drillCounts(d)
	}
	view.Foot = fmt.Sprintf("恢复在临时目录中进行，不影响现用数据；做完已删除。本记录由系统自动登记（系统审计链第%d条），与登记不符时打不开。", d.Entry)
	return s.draw(c, http.StatusOK, admin.Drill(view))
}

func (s *Server) drillFacts(d store.DrillRecord, of store.BackupRecord, by string) []parts.Pair {
	sheet := "没有核对"
	if d.Sheet == 1 {
		sheet = "在手边，编号相符"
	}
	verified := "没有做到这一步"
	if d.Passed() || d.Differences > 0 {
		verified = fmt.Sprintf("%d处不符", d.Differences)
	}
	out := []parts.Pair{{Name: "演练时间", Value: s.clock(d.StartedAt) + "至" + s.clock(d.DoneAt) + "，用时" + lasted(time.Duration(d.DoneAt-d.StartedAt)*time.Microsecond)},
		{Name: "演练人", Value: by}, {Name: "备份文件", Value: of.File + "（" + sizeWord(of.Size) + "）"}, {Name: "备份时间", Value: s.clock(of.DoneAt)},
		{Name: "SHA-256", Value: d.SHA256}, {Name: "密钥编号", Value: of.KeyID}, {Name: "密钥恢复页", Value: sheet}, {Name: "逐件核对（verify）", Value: verified}}
	return out
}

func drillCounts(d store.DrillRecord) []admin.DrillCount {
	var out []admin.DrillCount
	for _, x := range []struct {
		what        string
		said, found int64
	}{{"办件", d.Said.Cases, d.Found.Cases}, {"登记事项", d.Said.Events, d.Found.Events}, {"附件", d.Said.Attachments, d.Found.Attachments}} {
		out = append(out, admin.DrillCount{What: x.what, Said: number(x.said), Found: number(x.found), Same: x.said == x.found})
	}
	if d.Said.Ends == (store.ChainEnds{}) {
		return append(out, admin.DrillCount{What: "审计记录", Said: "未载（旧版本的备份）", Found: number(d.Found.Ends.Entries), Same: true})
	}
	return append(out, admin.DrillCount{What: "审计记录", Said: number(d.Said.Ends.Entries), Found: number(d.Found.Ends.Entries), Same: d.Said.Ends.Entries == d.Found.Ends.Entries},
		admin.DrillCount{What: "各审计链末端", Said: endWord(d.Said.Ends), Found: endWord(d.Found.Ends), Same: d.Said.Ends == d.Found.Ends})
}

// endWord shortens the hash of the chains' ends to what eyes compare.
func endWord(e store.ChainEnds) string {
	return fmt.Sprintf("%d条链，%.16s…", e.Chains, e.SHA256)
}

// backupOverdue is after how long without a good backup a process that runs by night
// says so.
const backupOverdue = 48 * time.Hour

// alarm tells whoever has to mend it, on all of his pages, that there is no backup.
func (s *Server) alarm(c echo.Context, p *parts.Page) error {
	if who := s.visitor(c); s.backups == nil || !who.Single && who.Admin != auth.SystemAdmin {
		return nil
	}
	last, good, err := s.db.LatestBackups(c.Request().Context())
	if err != nil {
		return err
	}
	state := s.backups.State()
	if state.Failed.DoneAt > last.DoneAt {
		last = state.Failed
	}
	switch {
	case last.Failure != "":
		p.Alarm = s.clock(last.DoneAt) + "，" + last.Failure
	case !state.Next.IsZero() && s.now().Sub(state.Since) > time.Hour && s.now().Sub(time.UnixMicro(good.DoneAt)) > backupOverdue:
		p.Alarm = "两天以上没有备份，原因见日志。"
	}
	return nil
}
