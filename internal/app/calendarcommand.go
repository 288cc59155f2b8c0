package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

func calendarCommand() command {
	return command{name: "calendar", does: "查看和载入节假日安排（工作日历）", below: []command{{
		name: "list", does: "列出已载入的各年放假通知", example: "gongkai calendar list",
		run: func(ctx context.Context, env *Env, args []string) int {
			if len(args) > 0 {
				return env.Wrong(fmt.Errorf("calendar list 不带“%s”", args[0]))
			}
			return env.showCalendar(ctx, CalendarList)
		},
	}, {
		name: "show", args: "年份", does: "显示一年的工作日数、放假和调休上班的日子", example: "gongkai calendar show 2026",
		run: calendarShowRun,
	}, {
		name: "import", args: "FILE [--notice 文号 --published 日期]", does: "载入一年的放假安排，并说明哪些在办办件的期限因此变动",
		help: `FILE 可以是 holiday-cn 的 JSON（{"year":2027,"days":[…]}）、CSV（date,kind(off|work),name），
或通知原文的文本。载入之前先列出期限会变动的办件。SQLite 数据库在服务运行时不能载入，请在其网页上操作。
  --notice     通知的文号，如 国办发明电〔2026〕8号
  --published  通知的公布日期；不写则为今天`,
		example: "gongkai calendar import 2027.json --notice 国办发明电〔2026〕8号 --published 2026-11-05",
		run:     calendarImportRun,
	}}}
}

func (env *Env) showCalendar(ctx context.Context, show func(io.Writer, *calendar.Book) error) int {
	book, err := env.book(ctx)
	if err != nil {
		return env.failed(err)
	}
	if err := show(env.Stdout, book); err != nil {
		return env.Broken(err)
	}
	return ExitDone
}

func calendarShowRun(ctx context.Context, env *Env, args []string) int {
	if len(args) != 1 {
		return env.Wrong(errors.New("calendar show 须带一个年份，如：gongkai calendar show 2026"))
	}
	year, err := strconv.Atoi(args[0])
	if err != nil {
		return env.Wrong(fmt.Errorf("年份“%s”应为四位数字，如 2026", args[0]))
	}
	book, err := env.book(ctx)
	if err != nil {
		return env.failed(err)
	}
	if err := CalendarShow(env.Stdout, book, year); err != nil {
		return env.Wrong(err)
	}
	return ExitDone
}

func readNotice(env *Env, args []string) (calendar.Notice, error) {
	f, err := readFlags("calendar import", args, []string{"notice", "published"}, nil)
	if err != nil {
		return calendar.Notice{}, err
	}
	file, err := f.one("calendar import", "一个文件名", "gongkai calendar import 2027.json")
	if err != nil {
		return calendar.Notice{}, err
	}
	const most = 1 << 20
	text, err := os.ReadFile(file)
	if err != nil {
		return calendar.Notice{}, fmt.Errorf("读不了文件 %s：请检查路径和权限", file)
	}
	if len(text) == 0 || len(text) > most {
		return calendar.Notice{}, fmt.Errorf("%s 是空文件，或大得不像一年的放假安排", file)
	}
	n, err := calendar.ParseNotice(text, 0)
	if err != nil {
		return n, fmt.Errorf("%s：%w", file, err)
	}
	if f.has("notice") {
		n.Number = f.values["notice"]
	}
	if f.has("published") {
		if n.PublishedOn, err = calendar.Parse(f.values["published"]); err != nil {
			return n, fmt.Errorf("--published：%w", err)
		}
	}
	if n.PublishedOn.IsZero() {
		n.PublishedOn = env.Today()
	}
	if n.PublishedOn.After(env.Today()) {
		return n, fmt.Errorf("公布日期 %s 在今天之后", n.PublishedOn)
	}
	return n, nil
}

func calendarImportRun(ctx context.Context, env *Env, args []string) int {
	n, err := readNotice(env, args)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, false, "calendar import")
	if err != nil {
		return env.failed(err)
	}
	moved, err := env.adopt(ctx, db, n)
	if err = errors.Join(err, db.Close()); err != nil {
		return env.failed(err)
	}
	fmt.Fprintf(env.Stderr, "已载入 %d 年的放假安排（%d 天）；%d 件办件的期限已重新计算。\n", n.Year, len(n.Days), moved)
	return ExitDone
}

// adopt says first which cases move, then writes.
func (env *Env) adopt(ctx context.Context, db *store.DB, n calendar.Notice) (moved int, err error) {
	j, err := db.PreviewNotice(ctx, env.Today(), n)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(env.Stdout, "%d 年　%s　%s 公布\n", n.Year, n.Number, n.PublishedOn)
	if len(j.Moves) == 0 {
		fmt.Fprintln(env.Stdout, "没有办件的期限因此变动。")
	}
	for _, m := range j.Moves {
		fmt.Fprintf(env.Stdout, "%s　%s%s\n", m.Number, moveText(m), map[[2]bool]string{{false, true}: "，变为逾期", {true, false}: "，不再逾期"}[[2]bool{m.WasLate, m.IsLate}])
	}
	book, err := db.Book(ctx)
	if err != nil {
		return 0, err
	}
	done, err := db.AdoptNotice(ctx, cases.Stamp{At: env.Now().UnixMicro(), By: "cli", Today: env.Today(), Book: book}, n)
	return len(done.Moves), err
}

// moveText words the term that moves: the agency's own or, while somebody else
// has to act, the other's.
func moveText(m store.Move) string {
	if m.OldDue == m.NewDue {
		return fmt.Sprintf("等待 %s → %s", dueText(m.OldWaits), dueText(m.NewWaits))
	}
	return fmt.Sprintf("期限 %s → %s", dueText(m.OldDue), dueText(m.NewDue))
}

func dueText(d calendar.Date) string {
	if d.IsZero() {
		return "未起算"
	}
	return d.String()
}
