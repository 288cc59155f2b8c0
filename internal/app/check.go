package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gongkai/internal/importer"
	"gongkai/internal/report"
)

func checkCommand() command {
	return command{
		name: "check", args: "文件... [--json]",
		does: "校核已公布的年度报告：勾稽关系哪里不符，相差多少",
		help: `可读：报表 JSON、本系统输出的 XLSX 和网页、公布的网页（.html）、工作簿（.xlsx）、文档（.docx）。
核对表三每列 K1、K2，每行 K3，各数 K4，表四 K5；同一机关相邻年度的几个文件一起给出时，
还核对结转（K6），并提示 K7、K8；正文与表的数字不符也提示。提示不影响退出码。
  --json   输出 JSON：一个文件是一个对象，几个文件是数组`,
		example: "gongkai check 2019年报.html 2020年报.html",
		run: func(_ context.Context, env *Env, args []string) int {
			return Check(args, env.Stdout, env.Stderr)
		},
	}
}

// Check judges the published reports named in args and prints the verdicts; it
// gives the exit code: 0 all consistent, 1 a failure found, 2 a call or a file that
// can't be read (then nothing is printed but one sentence).
func Check(args []string, stdout, stderr io.Writer) int {
	files, asJSON, err := checkArgs(args)
	if err == nil {
		var verdicts []report.Verdict
		if verdicts, err = judgeFiles(files); err == nil {
			return printVerdicts(verdicts, asJSON, stdout, stderr)
		}
	}
	fmt.Fprintln(stderr, "错误："+err.Error())
	return ExitWrong
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
// half result.
func judgeFiles(files []string) ([]report.Verdict, error) {
	var tables []report.Table
	var verdicts []report.Verdict
	for _, name := range files {
		data, err := readPublishedFile(name)
		if err != nil {
			return nil, err
		}
		t, prose, err := importer.ReadPublished(name, data)
		if err != nil {
			return nil, err
		}
		v := report.Check(t)
		v.File = name
		v.Warnings = append(v.Warnings, report.CompareText(t, prose)...)
		tables, verdicts = append(tables, t), append(verdicts, v)
	}
	report.CheckYears(tables, verdicts)
	return verdicts, nil
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

func printVerdicts(verdicts []report.Verdict, asJSON bool, stdout, stderr io.Writer) int {
	code := ExitDone
	var lines []string
	for _, v := range verdicts {
		if !v.Clean() {
			code = ExitFinding
		}
		lines = append(lines, v.Lines()...)
	}
	text := strings.Join(lines, "\n") + "\n"
	if asJSON {
		var err error
		if text, err = verdictJSON(verdicts); err != nil {
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

func verdictJSON(verdicts []report.Verdict) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if len(verdicts) == 1 {
		err := e.Encode(verdicts[0])
		return b.String(), err
	}
	err := e.Encode(verdicts)
	return b.String(), err
}
