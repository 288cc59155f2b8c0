package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gongkai/internal/importer"
	"gongkai/internal/report"
)

func checkCommand() command {
	return command{
		name: "check", args: "文件或文件夹... [--json]",
		does: "校核已公布的年度报告：勾稽关系哪里不符，相差多少",
		help: `可读：报表 JSON、本系统输出的 XLSX 和网页、公布的网页（.html）、工作簿（.xlsx）、文档（.docx）。
核对表三每列 K1、K2，每行 K3，各数 K4，表四 K5；同一机关相邻年度的几个文件一起给出时，
还核对结转（K6），并提示 K7、K8；正文与表的数字不符也提示。提示不影响退出码。
给出文件夹时，读其中（含下级文件夹）全部像年报的文件；个别读不出的在最后列出，
不影响其余各份，但退出码为2。直接写明的文件有一份读不出，就什么也不校核。
  --json   输出 JSON：一个文件是一个对象，几个文件是数组`,
		example: "gongkai check 2019年报.html 2020年报.html\n  gongkai check 各单位年报/",
		run: func(_ context.Context, env *Env, args []string) int {
			return Check(args, env.Stdout, env.Stderr)
		},
	}
}

// Check judges the published reports named in args and prints the verdicts; it
// gives the exit code: 0 all consistent, 1 a failure found, 2 a call or a file that
// can't be read (then nothing is printed but one sentence). Of a folder, what can't
// be read is named after the verdicts of the others, with exit code 2.
func Check(args []string, stdout, stderr io.Writer) int {
	files, asJSON, err := checkArgs(args)
	if err != nil {
		fmt.Fprintln(stderr, "错误："+err.Error())
		return ExitWrong
	}
	verdicts, unread, many, err := judgeFiles(files)
	if err != nil {
		fmt.Fprintln(stderr, "错误："+err.Error())
		return ExitWrong
	}
	code := printVerdicts(verdicts, asJSON, many, stdout, stderr)
	for _, u := range unread {
		fmt.Fprintf(stderr, "没有读出：%s（%v）\n", u.Name, u.Err)
	}
	if len(unread) > 0 && code != ExitBroken {
		return ExitWrong
	}
	return code
}

func checkArgs(args []string) (files []string, asJSON bool, err error) {
	for i, a := range args {
		switch {
		case a == "--":
			files = append(files, args[i+1:]...)
			return files, asJSON, needFiles(files)
		case a == "--json" || a == "-json":
			asJSON = true
		case strings.HasPrefix(a, "-") && a != "-":
			return nil, false, fmt.Errorf("check 没有“%s”这个选项，可用 --json", a)
		default:
			files = append(files, a)
		}
	}
	return files, asJSON, needFiles(files)
}

func needFiles(files []string) error {
	if len(files) == 0 {
		return errors.New("check 后缺少文件，如 gongkai check 2019年报.html")
	}
	return nil
}

// judgeFiles reads every file before it judges any, so that a bad one leaves no
// half result; a folder stands for the files in it. many tells that the answer is a
// list.
func judgeFiles(names []string) (verdicts []report.Verdict, unread []importer.Unread, many bool, err error) {
	batch := importer.NewBatch()
	own := map[string]bool{} // named by the caller himself
	for _, name := range names {
		files, folder, err := filesOf(name)
		if err != nil {
			return nil, nil, false, err
		}
		many = many || folder
		for _, file := range files {
			data, err := readPublishedFile(file)
			switch {
			case err != nil && !folder:
				return nil, nil, false, err
			case err != nil:
				batch.Fail(file, err)
				continue
			}
			own[file] = own[file] || !folder
			batch.Add(file, data)
		}
	}
	judged, unread := batch.Judge()
	for _, u := range unread {
		if own[u.Name] {
			return nil, nil, false, u.Err
		}
	}
	for _, j := range judged {
		verdicts = append(verdicts, j.Verdict)
	}
	return verdicts, unread, many || len(verdicts) > 1, nil
}

// filesOf gives the files that a name stands for: itself, or what may be a report
// in the folder, in the order of their paths.
func filesOf(name string) (files []string, folder bool, err error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() { // opening it will say what is wrong
		return []string{name}, false, nil
	}
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("无法读取文件夹“%s”：%w", path, err)
		}
		inside, _ := filepath.Rel(name, path) // both are below name
		if !d.IsDir() && importer.MayBeReport(filepath.ToSlash(inside)) {
			files = append(files, path)
		}
		return nil
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("文件夹“%s”里没有年报文件（.html、.xlsx、.docx、.json、.txt、.csv）", name)
	}
	if err == nil && len(files) > importer.MaxBatch {
		err = fmt.Errorf("文件夹“%s”里有%d个文件，一次最多校核%d个；请按地区分几次校核", name, len(files), importer.MaxBatch)
	}
	return files, true, err
}

// readPublishedFile reads no more than any report could be: a wrong path to a
// huge file must not fill the memory.
func readPublishedFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("没有“%s”这个文件", name)
	}
	if err != nil {
		return nil, fmt.Errorf("无法打开“%s”：%w", name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, importer.MaxPublishedBytes+1))
	if err != nil {
		return nil, fmt.Errorf("无法读取“%s”：%w", name, err)
	}
	return data, nil
}

func printVerdicts(verdicts []report.Verdict, asJSON, many bool, stdout, stderr io.Writer) int {
	code := ExitDone
	var lines []string
	for _, v := range verdicts {
		if !v.Clean() {
			code = ExitFinding
		}
		lines = append(lines, v.Lines()...)
	}
	text := ""
	if len(lines) > 0 {
		text = strings.Join(lines, "\n") + "\n"
	}
	if asJSON {
		var err error
		if text, err = verdictJSON(verdicts, many); err != nil {
			fmt.Fprintln(stderr, "系统错误：", err)
			return ExitBroken
		}
	}
	if _, err := io.WriteString(stdout, text); err != nil {
		fmt.Fprintln(stderr, "系统错误：", err)
		return ExitBroken
	}
	return code
}

func verdictJSON(verdicts []report.Verdict, many bool) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if verdicts == nil {
		verdicts = []report.Verdict{}
	}
	if len(verdicts) == 1 && !many {
		err := e.Encode(verdicts[0])
		return b.String(), err
	}
	err := e.Encode(verdicts)
	return b.String(), err
}
