package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"gongkai/internal/config"
	"gongkai/internal/secret"

	"golang.org/x/term"
)

func keyCommand() command {
	return command{name: "key", does: "保管和恢复密钥", below: []command{{
		name: "export", args: "FILE", does: "把密钥用口令加密，存成可打印、可重打的密钥恢复页",
		help:    "口令在终端上输入两遍；标准输入不是终端时读其第一行。\n备份里从不含密钥：恢复页与备份分开保管。",
		example: "gongkai key export 密钥恢复页.txt",
		run:     keyExport,
	}, {
		name: "import", args: "FILE", does: "用密钥恢复页和口令恢复密钥文件",
		help:    "FILE 可以是存下的恢复页，也可以是照纸面重打的文本。已有别的密钥时不覆盖。",
		example: "gongkai key import 密钥恢复页.txt",
		run:     keyImport,
	}}}
}

func keyExport(_ context.Context, env *Env, args []string) int {
	cfg, file, err := env.keyCall("export", args)
	if err != nil {
		return env.Wrong(err)
	}
	key, err := secret.Load(cfg.KeyFile())
	if err != nil {
		return env.Wrong(err)
	}
	passphrase, err := env.passphrase(true)
	if err != nil {
		return env.Wrong(err)
	}
	y, m, d := env.Today().YMD()
	sheet, err := key.Sheet(passphrase, fmt.Sprintf("%d年%d月%d日", y, m, d))
	if err != nil {
		return env.Wrong(err)
	}
	if err := writeNewFile(file, sheet); err != nil {
		return env.Wrong(err)
	}
	fmt.Fprintf(env.Stderr, "已把密钥 %s 的恢复页写入 %s。请打印后密封存入保险柜，口令另行保管。\n", key.ID(), file)
	return ExitDone
}

func keyImport(_ context.Context, env *Env, args []string) int {
	cfg, file, err := env.keyCall("import", args)
	if err != nil {
		return env.Wrong(err)
	}
	sheet, err := os.ReadFile(file)
	if err != nil {
		return env.Wrong(fmt.Errorf("读不了密钥恢复页 %s：%w", file, err))
	}
	passphrase, err := env.passphrase(false)
	if err != nil {
		return env.Wrong(err)
	}
	key, err := secret.Import(string(sheet), passphrase)
	if err != nil {
		return env.Wrong(fmt.Errorf("%s：%w", file, err))
	}
	if err := key.Save(cfg.KeyFile()); err != nil {
		return env.Wrong(env.keyInPlace(cfg, key, err))
	}
	fmt.Fprintf(env.Stderr, "已恢复密钥 %s，存于 %s。\n", key.ID(), cfg.KeyFile())
	return ExitDone
}

// keyInPlace explains why a key was not written: a key is there already.
func (env *Env) keyInPlace(cfg config.Config, key *secret.Key, cause error) error {
	if !errors.Is(cause, fs.ErrExist) {
		return cause
	}
	there, err := secret.Load(cfg.KeyFile())
	if err == nil && there.ID() == key.ID() {
		return fmt.Errorf("密钥文件 %s 已在原处，正是这把密钥 %s，不必恢复", cfg.KeyFile(), key.ID())
	}
	return fmt.Errorf("%s 处已有另一把或已损坏的密钥，不会覆盖：请先把它移到别处妥善保存，再恢复密钥 %s", cfg.KeyFile(), key.ID())
}

// keyCall reads what both key commands are called with.
func (env *Env) keyCall(name string, args []string) (config.Config, string, error) {
	if len(args) != 1 {
		return config.Config{}, "", fmt.Errorf("key %s 须带一个文件名，如：gongkai key %s 密钥恢复页.txt", name, name)
	}
	cfg, err := env.Config()
	return cfg, args[0], err
}

// passphrase asks on the terminal, twice for a new one, without showing it; a
// script gives it as the first line of standard input.
func (env *Env) passphrase(twice bool) (string, error) {
	f, ok := env.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(env.Stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("读不到口令：%w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := env.askHidden(f, "口令：")
	if err != nil || !twice {
		return first, err
	}
	second, err := env.askHidden(f, "再输一遍：")
	if err == nil && first != second {
		err = errors.New("两遍口令不一致，没有写任何文件")
	}
	return first, err
}

func (env *Env) askHidden(f *os.File, prompt string) (string, error) {
	fmt.Fprint(env.Stderr, prompt)
	typed, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(env.Stderr)
	if err != nil {
		return "", fmt.Errorf("读不到口令：%w", err)
	}
	return string(typed), nil
}

// writeNewFile writes a file that only its owner may read; an existing one is
// an error and stays, a half-written one is removed.
func writeNewFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("文件 %s 已经存在，不会覆盖：请换一个文件名", path)
	}
	if err != nil {
		return fmt.Errorf("写不了文件 %s：%w", path, err)
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return errors.Join(fmt.Errorf("写不了文件 %s：%w", path, err), os.Remove(path))
	}
	return nil
}
