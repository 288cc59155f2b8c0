package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strconv"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/cases"
	"gongkai/internal/export"
	"gongkai/internal/store"
)

func exportCommand() command {
	return command{name: "export", does: "导出台账，或全部数据", below: []command{{
		name: "cases", args: "--agency 机关代码 [--year 年度] [-o 文件]",
		does: "导出一个机关及其所属机关的申请台账，列与导入完全相同",
		help: `所属机关的办件一并导出，“机关”一列写明各属哪个机关，整份可以再导入。
CSV 用列的键和代码，供程序使用；文件名以 .xlsx 结尾时用中文列名和中文说法，供人使用。两者都能再导入。
含申请人的个人信息，请妥善保管。尚未确认收到日期的申请不列入。
  --agency CODE  机关代码或全称
  --year Y       只导出这一年收到的申请
  -o FILE        写入文件；不写则以 CSV 输出`,
		example: "gongkai export cases --agency fuzhou --year 2019 -o 台账.xlsx",
		run:     exportCases,
	}, exportAllCommand()}}
}

// exportCall is what export cases was asked for.
type exportCall struct {
	agency, to string
	year       int
}

func readExportCall(args []string) (c exportCall, err error) {
	f, err := readFlags("export cases", args, []string{"agency", "year", "o"}, nil)
	if err != nil {
		return c, err
	}
	c.agency, c.to = f.values["agency"], f.values["o"]
	switch {
	case len(f.rest) > 0:
		return c, fmt.Errorf("export cases 不认识“%s”；要写的文件用 -o 指明", f.rest[0])
	case c.agency == "":
		return c, errors.New("export cases 缺少 --agency 机关代码，如：gongkai export cases --agency fuzhou")
	}
	if text := f.values["year"]; text != "" {
		if c.year, err = strconv.Atoi(text); err != nil || c.year < 1990 || c.year > 2100 {
			return c, fmt.Errorf("年度“%s”应为四位年份，如 2019", text)
		}
	}
	if ext := strings.ToLower(filepath.Ext(c.to)); c.to != "" && ext != ".csv" && ext != ".xlsx" {
		return c, fmt.Errorf("文件“%s”应以 .csv 或 .xlsx 结尾", c.to)
	}
	return c, nil
}

func exportCases(ctx context.Context, env *Env, args []string) int {
	call, err := readExportCall(args)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "export")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	id, err := anyAgency(ctx, db, call.agency)
	if err != nil {
		return env.failed(err)
	}
	ids, err := treeBelow(ctx, db, id, env.Today())
	if err != nil {
		return env.failed(err)
	}
	unconfirmed := 0
	rows := ledgerRows(ctx, db, ids, call.year, &unconfirmed)
	switch {
	case call.to == "":
		err = export.WriteLedgerCSV(env.Stdout, rows)
	case strings.EqualFold(filepath.Ext(call.to), ".xlsx"):
		err = writeWhole(call.to, func(w io.Writer) error { return export.WriteLedgerXLSX(w, rows) })
	default:
		err = writeWhole(call.to, func(w io.Writer) error { return export.WriteLedgerCSV(w, rows) })
	}
	if err != nil {
		return env.failed(err)
	}
	if unconfirmed > 0 {
		fmt.Fprintf(env.Stderr, "另有 %d 件待确认收到日期，没有列入\n", unconfirmed)
	}
	return ExitDone
}

// treeBelow lists an agency with all below it as the tree is today, itself first.
// One that is no longer there has its own cases alone.
func treeBelow(ctx context.Context, db *store.DB, agency int64, today calendar.Date) ([]int64, error) {
	tree, err := db.Tree(ctx, today)
	if err != nil {
		return nil, err
	}
	if _, alive := tree.Agency(agency); !alive {
		return []int64{agency}, nil
	}
	return tree.Below(agency), nil
}

// anyAgency finds an agency in any span of its life, by code or name.
func anyAgency(ctx context.Context, db *store.DB, text string) (int64, error) {
	spans, err := db.Agencies(ctx)
	if err != nil {
		return 0, err
	}
	byName := int64(0)
	for _, a := range spans {
		if a.Code == text {
			return a.ID, nil
		}
		if a.Name == text {
			byName = a.ID
		}
	}
	if byName == 0 {
		return 0, store.Fail(store.NotFound, "机关名录里没有“%s”；--agency 应为机关代码或全称。", text)
	}
	return byName, nil
}

// ledgerRows turns the store's stream round, so that a writer can range over it.
// Cases without a day of receipt are counted and left out: no ledger line can be
// without one.
func ledgerRows(ctx context.Context, db *store.DB, agencies []int64, year int, unconfirmed *int) iter.Seq2[cases.Record, error] {
	return func(yield func(cases.Record, error) bool) {
		err := db.ExportCases(ctx, agencies, year, func(r cases.Record) error {
			if r.ReceivedOn.IsZero() {
				*unconfirmed++
				return nil
			}
			if !yield(r, nil) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(cases.Record{}, err)
		}
	}
}

// errStopped ends a stream whose reader wants no more.
var errStopped = errors.New("the reader stopped")
