// Package app is the program as a user calls it: the table of subcommands, the
// flags they share, their help, and the exit codes that scripts rely on. A
// subcommand reads its arguments, asks the packages that know, and prints; no
// rule of law, no SQL and no page lives here.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"gongkai/internal/calendar"
	"gongkai/internal/config"
)

// The exit codes of every subcommand.
const (
	ExitDone    = 0 // done
	ExitFinding = 1 // a finding: inconsistent, different, altered
	ExitWrong   = 2 // the input or the call is wrong
	ExitBroken  = 3 // a fault of ours
)

// Env is what a subcommand knows of the world. Results go to Stdout, progress
// and messages to Stderr. ConfigPath and DataDir are empty when the user did not
// say --config and --data.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Now            func() time.Time
	ConfigPath     string
	DataDir        string
}

// Main runs the program with the clock of the machine until it ends or is told
// to (SIGINT, SIGTERM), and gives the exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends even a command that does not look at ctx
	return Run(ctx, &Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, Now: time.Now}, args)
}

// Run is Main in a world of the caller's making; the tests of the program as a
// whole pin the clock through it. A panic is printed whole on Stderr under a
// reference number and gives ExitBroken.
func Run(ctx context.Context, env *Env, args []string) (code int) {
	defer func() {
		if reason := recover(); reason != nil {
			ref := env.reference()
			fmt.Fprintf(env.Stderr, "系统错误，编号 %s：这是程序的问题。请把本行及以下内容一并发给维护人员。\n%v\n%s", ref, reason, debug.Stack())
			code = ExitBroken
		}
	}()
	args, help, err := env.takeCommonFlags(args)
	if err != nil {
		return env.Wrong(err)
	}
	return dispatch(ctx, env, program(), args, help)
}

// Config reads the settings that the common flags lead to: --config, else
// config.toml if it is there; --data wins over what the file says.
func (env *Env) Config() (config.Config, error) {
	path, explicit := env.ConfigPath, env.ConfigPath != ""
	if !explicit {
		path = "config.toml"
	}
	cfg, err := config.Load(path, explicit)
	if err == nil && env.DataDir != "" {
		cfg.Data.Dir = env.DataDir
	}
	return cfg, err
}

// Today is the civil day in China at the moment of the call.
func (env *Env) Today() calendar.Date {
	return calendar.FromTime(env.Now().In(time.FixedZone("CST", 8*60*60)))
}

// Wrong reports that the input or the call is wrong, in one sentence, and gives
// ExitWrong.
func (env *Env) Wrong(err error) int {
	fmt.Fprintln(env.Stderr, "错误："+err.Error())
	return ExitWrong
}

// Broken reports a fault that is ours or the machine's, with a reference number
// to quote, and gives ExitBroken. An interrupted command only says so.
func (env *Env) Broken(err error) int {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(env.Stderr, "已中断：没有留下做了一半的结果。")
		return ExitBroken
	}
	fmt.Fprintf(env.Stderr, "系统错误，编号 %s：%v\n", env.reference(), err)
	return ExitBroken
}

// reference gives a number by which a fault can be found again in the log.
func (env *Env) reference() string {
	return strings.ToUpper(env.Now().UTC().Format("20060102-150405.000"))
}

// takeCommonFlags removes --config, --data and --help from wherever they stand
// before a bare "--", and gives the rest in its order.
func (env *Env) takeCommonFlags(args []string) (rest []string, help bool, err error) {
	for i := 0; i < len(args); i++ {
		name, value, joined := strings.Cut(args[i], "=")
		switch name {
		case "--":
			return append(rest, args[i:]...), help, nil
		case "--help", "-help", "-h":
			help = true
			continue
		case "--config", "-config", "--data", "-data":
		default:
			rest = append(rest, args[i])
			continue
		}
		if !joined && i+1 < len(args) {
			i++
			value = args[i]
		}
		if value == "" {
			return nil, false, fmt.Errorf("%s 后缺少路径，如 %s", name, map[bool]string{true: "--data data", false: "--config config.toml"}[strings.HasSuffix(name, "data")])
		}
		if strings.HasSuffix(name, "data") {
			env.DataDir = value
		} else {
			env.ConfigPath = value
		}
	}
	return rest, help, nil
}
