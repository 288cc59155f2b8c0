package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/importer"
	"gongkai/internal/store"
)

func importCommand() command {
	return command{name: "import", does: "导入台账或机关名录", below: []command{{
		name: "cases", args: "文件 [--agency 机关代码] [--sheet 工作表] [--map \"原列名=列名\"]... [--dry-run] [--accept-changes] [--problems 文件.xlsx] [--json]",
		does: "导入申请台账（CSV 或 XLSX）；有一行不对就整份不导入",
		help: `每周可重复导入同一份不断增长的台账：新行新增，新事实补入，改动列为变更，消失的行列出而不删除。
  --agency CODE      没有“机关”一列时各行所属的机关；有这一列时以列为准
  --sheet NAME       只读这张工作表；不写则读全部有表头的工作表
  --map "备注=-"     指明不认识的列是哪一列（键或中文列名），“-”表示舍去；可写多次
  --dry-run          只看会新增、更新、不变、冲突多少，不写入
  --accept-changes   采用与登记不同的内容，作为更正记入
  --problems FILE    有问题时另存一份带红色“问题”列的工作簿
  --json             结果输出为 JSON`,
		example: "gongkai import cases 2019台账.xlsx --agency fuzhou --dry-run\ngongkai import cases 2019台账.csv --map \"备注=-\"",
		run:     importCases,
	}, {
		name: "agencies", args: "文件",
		does:    "导入机关名录（CSV 或 XLSX）：机关代码、机关名称、类别、上级机关代码、机关代字",
		example: "gongkai import agencies 机关名录.csv",
		run:     importAgencies,
	}}}
}

// importCall is what import cases was asked for.
type importCall struct {
	file, problems      string
	opt                 importer.Options
	dry, accept, asJSON bool
	agencies            map[string]string // code or name → code
	data                []byte
	agencyID            int64
	agencyIDs           map[string]int64 // by code
}

func readImportCall(args []string) (*importCall, error) {
	names, args, err := takeMaps(args)
	if err != nil {
		return nil, err
	}
	f, err := readFlags("import cases", args, []string{"agency", "sheet", "problems"}, []string{"dry-run", "accept-changes", "json"})
	if err != nil {
		return nil, err
	}
	c := &importCall{problems: f.values["problems"], dry: f.has("dry-run"), accept: f.has("accept-changes"), asJSON: f.has("json")}
	c.opt = importer.Options{Sheet: f.values["sheet"], Agency: f.values["agency"], Map: names}
	if c.problems != "" && !strings.EqualFold(filepath.Ext(c.problems), ".xlsx") {
		return nil, fmt.Errorf("--problems 的文件“%s”应以 .xlsx 结尾", c.problems)
	}
	if c.file, err = f.one("import cases", "一个文件", "gongkai import cases 台账.xlsx --agency fuzhou"); err != nil {
		return nil, err
	}
	c.data, err = readInput(c.file)
	return c, err
}

// takeMaps takes the repeatable --map off the arguments.
func takeMaps(args []string) (names map[string]string, rest []string, err error) {
	names = map[string]string{}
	for i := 0; i < len(args); i++ {
		pair, joined := strings.CutPrefix(args[i], "--map=")
		if args[i] != "--map" && !joined {
			rest = append(rest, args[i])
			continue
		}
		if !joined && i+1 < len(args) {
			i++
			pair = args[i]
		}
		at := strings.LastIndex(pair, "=")
		if at <= 0 {
			return nil, nil, errors.New(`--map 应写作 "原列名=列名"，如 --map "来件日期=收到日期" 或 --map "备注=-"`)
		}
		names[strings.TrimSpace(pair[:at])] = pair[at+1:]
	}
	return names, rest, nil
}

// readInput reads a user's file whole, within the importer's limit.
func readInput(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("找不到文件 %s", path)
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s 是目录，不是文件", path)
	case err == nil && info.Size() > importer.MaxFileBytes:
		return nil, fmt.Errorf("文件 %s 超过 %d MB；请按年度或月份拆成几个文件", path, importer.MaxFileBytes>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("读不了文件 %s：%w", path, err)
	}
	return data, nil
}

func importCases(ctx context.Context, env *Env, args []string) int {
	call, err := readImportCall(args)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, false, "import")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	if err := call.knowAgencies(ctx, db); err != nil {
		return env.failed(err)
	}
	call.opt.Today = env.Today()
	ledger, err := importer.ReadLedger(call.file, call.data, call.opt)
	if err != nil {
		return env.Wrong(fmt.Errorf("%s：%w", call.file, err))
	}
	if ledger.ProblemCount > 0 {
		return call.refuse(env, ledger)
	}
	result, err := call.take(ctx, env, db, ledger)
	if err != nil {
		return env.failed(err)
	}
	if err := call.report(env.Stdout, ledger, result); err != nil {
		return env.Broken(err)
	}
	return ExitDone
}

// knowAgencies notes every agency by code and name.
func (c *importCall) knowAgencies(ctx context.Context, db *store.DB) error {
	spans, err := db.Agencies(ctx)
	if err != nil {
		return err
	}
	if len(spans) == 0 {
		return store.Fail(store.Invalid, "还没有机关名录；请先用 gongkai import agencies 导入机关，再导入台账。")
	}
	c.agencies, c.agencyIDs = map[string]string{}, map[string]int64{}
	for _, a := range spans {
		c.agencies[a.Name], c.agencyIDs[a.Code] = a.Code, a.ID
	}
	for _, a := range spans {
		c.agencies[a.Code] = a.Code
	}
	c.opt.FindAgency = func(text string) (string, bool) {
		code, ok := c.agencies[text]
		return code, ok
	}
	if c.opt.Agency == "" {
		return nil
	}
	code, ok := c.agencies[c.opt.Agency]
	if !ok {
		return store.Fail(store.NotFound, "机关名录里没有“%s”；--agency 应为机关代码或全称。", c.opt.Agency)
	}
	c.opt.Agency, c.agencyID = code, c.agencyIDs[code]
	return nil
}

// refuse names everything that is wrong with the file.
func (c *importCall) refuse(env *Env, l *importer.Ledger) int {
	if c.asJSON {
		if err := writeJSON(env.Stdout, importJSON(c, l, store.ImportResult{})); err != nil {
			return env.Broken(err)
		}
	}
	for _, p := range l.Problems {
		fmt.Fprintln(env.Stderr, p)
	}
	if c.problems != "" {
		err := writeWhole(c.problems, func(w io.Writer) error { return importer.WriteProblems(w, c.data, l) })
		if err != nil {
			return env.failed(err)
		}
		fmt.Fprintf(env.Stderr, "带“问题”列的工作簿已写入 %s\n", c.problems)
	}
	more := ""
	if l.ProblemCount > len(l.Problems) {
		more = fmt.Sprintf("（以上列出前 %d 处）", len(l.Problems))
	}
	return env.Wrong(fmt.Errorf("%s 有 %d 处问题%s，没有导入任何内容；请改正后再导入", c.file, l.ProblemCount, more))
}

// take hands the rows to the store.
func (c *importCall) take(ctx context.Context, env *Env, db *store.DB, l *importer.Ledger) (store.ImportResult, error) {
	book, err := db.Book(ctx)
	if err != nil {
		return store.ImportResult{}, err
	}
	sum := sha256.Sum256(c.data)
	progress := env.NewProgress("导入台账", len(l.Rows))
	defer progress.Done()
	job := store.ImportJob{Rows: make([]store.ImportRow, len(l.Rows)), Agency: c.agencyID, FileName: filepath.Base(c.file),
		FileHash: hex.EncodeToString(sum[:]), AcceptChanges: c.accept, DryRun: c.dry, Progress: progress.Add}
	for i, r := range l.Rows {
		job.Rows[i] = store.ImportRow{Sheet: r.Sheet, Line: r.Line, Record: r.Record}
		l.Rows[i].Record = cases.Record{} // held once is enough
	}
	c.data = nil
	stamp := cases.Stamp{At: env.Now().UnixMicro(), By: "command", Today: env.Today(), History: true, Book: book}
	return db.Import(ctx, stamp, job)
}

func importAgencies(ctx context.Context, env *Env, args []string) int {
	f, err := readFlags("import agencies", args, nil, nil)
	if err != nil {
		return env.Wrong(err)
	}
	file, err := f.one("import agencies", "一个文件", "gongkai import agencies 机关名录.csv")
	if err != nil {
		return env.Wrong(err)
	}
	data, err := readInput(file)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, false, "import")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	lines, err := readAgencies(ctx, env, db, file, data)
	if err != nil {
		return env.failed(err)
	}
	stamp := cases.Stamp{At: env.Now().UnixMicro(), By: "command", Today: env.Today(), History: true}
	result, err := db.ImportAgencies(ctx, stamp, lines)
	if err != nil {
		return env.failed(err)
	}
	fmt.Fprintf(env.Stdout, "机关 %d 个：新增 %d，变更 %d，不变 %d\n", len(lines), result.New, result.Changed, result.Same)
	return ExitDone
}

// readAgencies reads an agencies file against those that are registered.
func readAgencies(ctx context.Context, env *Env, db *store.DB, file string, data []byte) ([]store.AgencyLine, error) {
	spans, err := db.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	registered := map[string]bool{}
	for _, a := range spans {
		registered[a.Code] = true
	}
	lines, problems, err := importer.ReadAgencies(data, func(code string) bool { return registered[code] })
	if err != nil {
		return nil, &store.Error{Kind: store.Invalid, Message: file + "：" + err.Error(), Err: err}
	}
	for _, p := range problems[:min(len(problems), importer.MaxProblems)] {
		fmt.Fprintln(env.Stderr, p)
	}
	if len(problems) > 0 {
		return nil, store.Fail(store.Invalid, "%s 有 %d 处问题，没有导入任何内容；请改正后再导入", file, len(problems))
	}
	out := make([]store.AgencyLine, len(lines))
	for i, l := range lines {
		out[i] = store.AgencyLine{ParentCode: l.ParentCode, Line: l.Line,
			Agency: cases.Agency{Code: l.Code, Name: l.Name, ShortName: l.ShortName, Kind: l.Kind}}
	}
	return out, nil
}
