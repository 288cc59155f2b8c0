package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gongkai/internal/store"
)

func verifyCommand() command {
	return command{name: "verify", args: "[--json]", does: "从登记事项重新推算全部内容，核对数据库是否被改动",
		help: `逐件核对：登记事项、申请内容和申请人的校验码，办件的期限与状态，复议诉讼，统计数，
审计链及其封存，导入、设置、通知、机关名录的记录，编号序列。服务运行时也可使用，不写任何内容。
每处差异一行；没有差异退出码为 0，有则为 1。`,
		example: "gongkai verify\ngongkai verify --json",
		run:     verifyRun}
}

func verifyRun(ctx context.Context, env *Env, args []string) int {
	f, err := readFlags("verify", args, nil, []string{"json"})
	if err == nil && len(f.rest) > 0 {
		err = fmt.Errorf("verify 不带“%s”；用法：gongkai verify [--json]", f.rest[0])
	}
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "verify")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	print := printDifferences
	if f.has("json") {
		print = printDifferencesJSON
	}
	out := bufio.NewWriter(env.Stdout)
	sum, err := print(ctx, env, db, out)
	if err = errors.Join(err, out.Flush()); err != nil {
		return env.failed(err)
	}
	if sum.Differences > 0 {
		return ExitFinding
	}
	return ExitDone
}

func printDifferences(ctx context.Context, env *Env, db *store.DB, out io.Writer) (store.Verification, error) {
	progress := env.NewProgress("核对", 0)
	sum, err := db.Verify(ctx, store.VerifyJob{Progress: progress.Add, Found: func(d store.Difference) {
		progress.Done()
		fmt.Fprintf(out, "差异　%s　%s　%s\n", d.Table, d.Row, d.Message)
	}})
	progress.Done()
	if err != nil {
		return sum, err
	}
	for _, hole := range sum.Holes {
		fmt.Fprintf(out, "提示　%s（导入的台账即如此，不算差异）\n", hole)
	}
	result := "没有发现差异"
	if sum.Differences > 0 {
		result = fmt.Sprintf("发现差异 %d 处", sum.Differences)
	}
	fmt.Fprintf(out, "核对完毕：办件 %d 件，登记事项 %d 项，审计记录 %d 条；%s。\n", sum.Cases, sum.Events, sum.Entries, result)
	return sum, nil
}

// printDifferencesJSON writes one object as it goes: there may be a difference
// for every case.
func printDifferencesJSON(ctx context.Context, env *Env, db *store.DB, out io.Writer) (store.Verification, error) {
	progress := env.NewProgress("核对", 0)
	defer progress.Done()
	fmt.Fprint(out, `{"differences":[`)
	between := "\n"
	var broken error
	sum, err := db.Verify(ctx, store.VerifyJob{Progress: progress.Add, Found: func(d store.Difference) {
		text, err := json.Marshal(d)
		broken = errors.Join(broken, err)
		fmt.Fprintf(out, "%s%s", between, text)
		between = ",\n"
	}})
	if err = errors.Join(err, broken); err != nil {
		return sum, err
	}
	text, err := json.Marshal(struct {
		Consistent bool `json:"consistent"`
		store.Verification
	}{sum.Differences == 0, sum})
	fmt.Fprintf(out, "],%s\n", text[1:])
	return sum, err
}
