package app

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// command is one line of a table of commands: either it runs, or it has
// commands below it.
type command struct {
	name    string
	args    string // what follows the name, as help shows it
	does    string // one line
	help    string // further lines of its own help
	example string
	run     func(ctx context.Context, env *Env, args []string) int
	below   []command
}

// program is the table of subcommands. To add one, add a line here; it must
// exist before it is listed.
func program() command {
	return command{name: "gongkai", does: "依申请公开办理系统", below: []command{
		checkCommand(),
		deadlineCommand(),
		serveCommand(),
		demoCommand(),
		importCommand(),
		exportCommand(),
		reportCommand(),
		calendarCommand(),
		verifyCommand(),
		bundleCommand(),
		backupCommand(),
		restoreCommand(),
		migrateCommand(),
		configCommand(),
		keyCommand(),
		userCommand(),
	}}
}

// dispatch walks down the table along args and runs what it arrives at.
func dispatch(ctx context.Context, env *Env, cmd command, args []string, help bool) int {
	path := cmd.name
	for cmd.run == nil {
		if len(args) == 0 || args[0] == "help" {
			return overview(env, cmd, path, help || len(args) > 0)
		}
		next, found := cmd.find(args[0])
		if !found {
			return env.Wrong(fmt.Errorf("没有“%s %s”这个命令%s；查看全部命令：%s --help", path, args[0], cmd.near(args[0]), path))
		}
		cmd, path, args = next, path+" "+next.name, args[1:]
	}
	if help {
		cmd.writeHelp(env.Stdout, path)
		return ExitDone
	}
	return cmd.run(ctx, env, args)
}

// overview prints the commands below cmd: as an answer if asked for, else as
// what is missing from the call.
func overview(env *Env, cmd command, path string, asked bool) int {
	out, code := env.Stderr, ExitWrong
	if asked {
		out, code = env.Stdout, ExitDone
	}
	fmt.Fprintf(out, "%s：%s\n\n用法：%s 命令 [参数]\n\n命令：\n", path, cmd.does, path)
	for _, c := range cmd.below {
		fmt.Fprintf(out, "  %-10s %s\n", c.name, c.does)
	}
	fmt.Fprintf(out, "\n%s\n某个命令的用法与示例：%s 命令 --help\n", commonHelp, path)
	return code
}

const commonHelp = `各命令通用：
  --config FILE  配置文件（默认：当前目录有 config.toml 就用它，否则用默认设置）
  --data DIR     数据目录（默认 data）
  --help         用法与示例
退出码：0 完成；1 发现问题（如勾稽不符）；2 输入或用法有误；3 系统错误。`

func (c command) writeHelp(w io.Writer, path string) {
	fmt.Fprintf(w, "%s\n\n用法：%s\n", c.does, strings.TrimSpace(path+" "+c.args))
	if c.help != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.help))
	}
	if c.example != "" {
		fmt.Fprintf(w, "\n示例：\n  %s\n", strings.ReplaceAll(strings.TrimSpace(c.example), "\n", "\n  "))
	}
	fmt.Fprintf(w, "\n%s\n", commonHelp)
}

func (c command) find(name string) (command, bool) {
	for _, below := range c.below {
		if below.name == name {
			return below, true
		}
	}
	return command{}, false
}

// near suggests the command that begins like the unknown one.
func (c command) near(name string) string {
	for _, below := range c.below {
		if len(name) >= 2 && strings.HasPrefix(below.name, name[:2]) {
			return "，是否指“" + below.name + "”"
		}
	}
	return ""
}
