package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"gongkai/internal/bundle"
	"gongkai/internal/cases"
	"gongkai/internal/store"
)

func bundleCommand() command {
	return command{name: "bundle", args: "编号 --agency 机关代码 -o 文件.zip　|　bundle check 文件.zip [--key 指纹]",
		does: "制作一件的举证材料包（有签名），或核对举证材料包",
		help: `制作：申请、信封、各份文书、送达、征求意见、检索记录、期限说明书、办理经过和全部材料，附证据目录；
每份材料的 SHA-256 逐项相连，由本系统签名。服务运行时也可使用；制作会记入操作日志，文件含个人信息。
  --agency CODE  机关代码或全称
  --for 用途     review 行政复议（默认）、suit 行政诉讼、archive 归档、other 其他依法调取
  -o FILE        写入文件；写成之前不会动原有的同名文件
核对（不需要数据库）：任何一份材料改动一个字节都会指出；重新压缩不影响。
  --key 指纹     要求由这个系统签名；指纹由制作机关公布
核对的退出码：0 完整（并说明由谁签名），1 被改动过（逐项指出），2 不是 ZIP 文件。`,
		example: "gongkai bundle 2026-0012 --agency fuzhou -o 举证材料.zip\ngongkai bundle check 举证材料.zip --key 0f3a-...",
		run:     bundleRun}
}

func bundleRun(ctx context.Context, env *Env, args []string) int {
	if len(args) > 0 && args[0] == "check" {
		return bundleCheck(env, args[1:])
	}
	f, err := readFlags("bundle", args, []string{"agency", "for", "o"}, nil)
	if err != nil {
		return env.Wrong(err)
	}
	number, err := f.one("bundle", "一个编号", "gongkai bundle 2026-0012 --agency fuzhou -o 举证材料.zip")
	if err == nil && !f.has("agency") {
		err = errors.New("没有写明机关；加上 --agency 机关代码")
	}
	if err == nil && !f.has("o") {
		err = errors.New("没有写明写到哪个文件；加上 -o 举证材料.zip")
	}
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "bundle")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	found, err := caseOf(ctx, env, db, f.values["agency"], number)
	if err != nil {
		return env.failed(err)
	}
	purpose := f.values["for"]
	if purpose == "" {
		purpose = "review"
	}
	stamp := cases.Stamp{At: env.Now().UnixMicro(), By: "command", Today: env.Today()}
	dossier, err := bundle.Of(ctx, db, stamp, found.ID, purpose)
	if err != nil {
		return env.failed(err)
	}
	entries, err := dossier.Entries()
	if err == nil {
		err = writeWholeAs(f.values["o"], 0o600, func(w io.Writer) error { return bundle.Pack(w, db.Key(), dossier.Head, entries) })
	}
	if errors.Is(err, bundle.ErrTooLarge) {
		return env.Wrong(bundle.ErrTooLarge)
	}
	if err != nil {
		return env.failed(err)
	}
	fmt.Fprintf(env.Stderr, "已写入 %s：%s，材料 %d 份；签名的系统指纹 %s。文件含个人信息，请妥善保管。\n", f.values["o"], found.Number, len(entries), db.Key().Fingerprint())
	return ExitDone
}

// caseOf finds a case by its number in an agency, named by code or name.
func caseOf(ctx context.Context, env *Env, db *store.DB, agency, number string) (*cases.Case, error) {
	tree, err := db.Tree(ctx, env.Today())
	if err != nil {
		return nil, err
	}
	owner, known := tree.ByCode(agency)
	if !known {
		return nil, store.Fail(store.NotFound, "机关名录里没有“%s”；请检查机关代码。", agency)
	}
	found, err := db.CaseByNumber(ctx, owner.ID, number)
	if store.Is(err, store.NotFound) {
		return nil, store.Fail(store.NotFound, "%s没有编号为“%s”的办件；请检查编号。", owner.Name, number)
	}
	return found, err
}

// mostUnpacked bounds what a check of the command unpacks, in bytes.
const mostUnpacked = 8 << 30

func bundleCheck(env *Env, args []string) int {
	f, err := readFlags("bundle check", args, []string{"key"}, nil)
	if err != nil {
		return env.Wrong(err)
	}
	name, err := f.one("bundle check", "一个文件", "gongkai bundle check 举证材料.zip")
	if err != nil {
		return env.Wrong(err)
	}
	if key, given := f.values["key"]; given && key == "" {
		return env.Wrong(errors.New("--key 后没有指纹；写上制作机关公布的系统指纹，或去掉 --key"))
	}
	file, err := os.Open(name)
	if err != nil {
		return env.Wrong(fmt.Errorf("打不开文件 %s；请检查路径", name))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return env.Wrong(fmt.Errorf("%s 不是文件；请指定举证材料包（.zip）", name))
	}
	verdict, err := bundle.Check(file, info.Size(), mostUnpacked, f.values["key"])
	if errors.Is(err, bundle.ErrNoZIP) {
		return env.Wrong(fmt.Errorf("%s：%w", name, err))
	}
	if err != nil {
		return env.Broken(err)
	}
	for _, line := range verdict.Lines() {
		fmt.Fprintln(env.Stdout, line)
	}
	if !verdict.Whole {
		return ExitFinding
	}
	return ExitDone
}
