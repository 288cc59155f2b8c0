package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/export"
	"gongkai/internal/report"
	"gongkai/internal/store"
)

func reportCommand() command {
	return command{name: "report", args: "年度 --agency 机关代码 [--own] [--format 2019|2021] [--as 形式] [-o 文件]",
		does: "按登记的办件生成年度报告的表三、表四",
		help: `默认汇总本机关及其全部下级，按该年12月31日的机关名录；各数按日期计，不看办件现在的状态。
  --agency CODE  机关代码或全称
  --own          只计本机关自己
  --format       表式，不写则按年度：2020年及以前用 2019，以后用 2021
  --as           text（默认）、json、csv、xlsx、docx（六章全文）、html
  -o FILE        写入文件；写成之前不会动原有的同名文件`,
		example: "gongkai report 2019 --agency fuzhou\ngongkai report 2025 --agency fuzhou --own --as xlsx -o 表三.xlsx",
		run:     reportRun}
}

// reportCall is what the report command was asked for.
type reportCall struct {
	year           int
	agency, as, to string
	own            bool
	format         report.Format
}

func readReportCall(args []string) (c reportCall, err error) {
	f, err := readFlags("report", args, []string{"agency", "format", "as", "o"}, []string{"own"})
	if err != nil {
		return c, err
	}
	text, err := f.one("report", "一个年度", "gongkai report 2019 --agency fuzhou")
	if err != nil {
		return c, err
	}
	if c.year, err = strconv.Atoi(text); err != nil || c.year < 2008 || c.year > 2100 {
		return c, fmt.Errorf("年度“%s”应为 2008 至 2100 之间的四位年份", text)
	}
	c.agency, c.as, c.to, c.own = f.values["agency"], f.values["as"], f.values["o"], f.has("own")
	switch c.as {
	case "":
		c.as = "text"
	case "text", "json", "csv", "xlsx", "docx", "html":
	default:
		return c, fmt.Errorf("报表不能输出为“%s”，可用 text、json、csv、xlsx、docx、html", c.as)
	}
	if c.agency == "" {
		return c, errors.New("report 缺少 --agency 机关代码，如：gongkai report 2019 --agency fuzhou")
	}
	c.format = report.FormatOf(c.year)
	if f.has("format") {
		c.format, err = report.ParseFormat(f.values["format"])
	}
	return c, err
}

func reportRun(ctx context.Context, env *Env, args []string) int {
	call, err := readReportCall(args)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "report")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	write, err := call.writer(ctx, db, export.Meta{AsOf: env.Today()})
	if err != nil {
		return env.failed(err)
	}
	if call.to == "" {
		err = write(env.Stdout)
	} else {
		err = writeWhole(call.to, write)
	}
	if err != nil {
		return env.failed(err)
	}
	return ExitDone
}

// writer reads what is to be written; docx is the whole document, the others are
// the tables.
func (c reportCall) writer(ctx context.Context, db *store.DB, meta export.Meta) (func(io.Writer) error, error) {
	agency, err := c.agencyID(ctx, db)
	if err != nil {
		return nil, err
	}
	if c.as == "docx" {
		facts, err := db.ReportFacts(ctx, agency, c.year, c.own, c.format)
		if err != nil {
			return nil, err
		}
		text, err := db.LastText(ctx, agency, c.year, c.own)
		if err != nil {
			return nil, err
		}
		document := report.Compose(facts, text.Text)
		return func(w io.Writer) error { return export.WriteDocument(w, document, meta) }, nil
	}
	table, err := db.Table(ctx, agency, c.year, c.own, c.format)
	return func(w io.Writer) error { return export.WriteReport(w, c.as, table, meta) }, err
}

func (c reportCall) agencyID(ctx context.Context, db *store.DB) (int64, error) {
	tree, err := db.Tree(ctx, calendar.Of(c.year, time.December, 31))
	if err != nil {
		return 0, err
	}
	agency, known := tree.ByCode(c.agency)
	if !known {
		return 0, store.Fail(store.NotFound, "%d年12月31日的机关名录里没有“%s”；请检查机关代码（gongkai import agencies 导入名录）。", c.year, c.agency)
	}
	return agency.ID, nil
}

// writeWhole writes a file that appears under its name, in the place of an older
// one, only when all of it is on the disk.
func writeWhole(path string, write func(io.Writer) error) error {
	return writeWholeAs(path, 0o644, write)
}

// writeWholeAs is writeWhole for a file with other rights: 0600 for one that names
// people.
func writeWholeAs(path string, mode os.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".gongkai-*")
	if err != nil {
		return store.Fail(store.Invalid, "不能在 %s 下写文件；请检查目录是否存在、是否可写。", filepath.Dir(path))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error says more
		}
	}()
	if err := errors.Join(write(f), f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
