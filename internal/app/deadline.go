package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"gongkai/internal/calendar"
	"gongkai/internal/config"
	"gongkai/internal/deadline"
	"gongkai/internal/store"
)

// DeadlineHelp is what gongkai deadline --help says of its flags.
const DeadlineHelp = `收到申请之日二选一：
  --received 日期                 直接给定
  --channel 渠道                  in_person | oral | letter_registered | letter_ordinary | online | fax | email，
    --submitted --arrived --signed --confirmed 日期   按条例第三十一条推定
其后各项可按任意次序、重复书写：
  --supplement 告知日..收到日      补正（只写告知日：等待补正）；--supplement-term N 补正期限（工作日，默认 15）
  --consult 发出日..收回日         征求意见（只写发出日：尚未收回）
  --consult 发出日/签收日..none    第三方没有提出意见
  --extend 工作日数@告知日         延期
  --fee 告知日..缴费日             信息处理费（只写告知日：等待缴费）
  --answered 日期  --served 日期   答复之日、送达之日
  --as-of 日期                    截至（默认：今天与最后一件事中较晚者）
  --calendar-as-of 日期           只按此日以前公布的放假通知
  --agency 机关代码                按该机关的地方放假与补班（须有数据库）
  --json                          输出 JSON
日期写作 yyyy-mm-dd。`

// DeadlineExample is an example of a call.
const DeadlineExample = "gongkai deadline --received 2025-09-15 --consult 2025-09-22..2025-10-15 --extend 20@2025-11-05"

func deadlineCommand() command {
	return command{
		name: "deadline", args: "--received 日期 [...]", does: "期限计算器：由事实算出到期日，逐步说明理由",
		help: DeadlineHelp, example: DeadlineExample,
		run: func(ctx context.Context, env *Env, args []string) int {
			args, agency, err := cutAgency(args)
			if err != nil {
				return env.Wrong(err)
			}
			book, err := env.bookOf(ctx, agency)
			if err != nil {
				return env.failed(err)
			}
			return Deadline(args, book, env.Today(), env.Stdout, env.Stderr)
		},
	}
}

// cutAgency takes --agency CODE out of the flags: it says whose local days count,
// not what happened.
func cutAgency(args []string) (rest []string, code string, err error) {
	for i := 0; i < len(args); i++ {
		value, joined := strings.CutPrefix(args[i], "--agency=")
		switch {
		case args[i] == "--agency" && i+1 < len(args):
			i++
			value = args[i]
		case !joined && args[i] != "--agency":
			rest = append(rest, args[i])
			continue
		}
		if value == "" || value == "--agency" || code != "" {
			return nil, "", errors.New("--agency 后面应写一个机关代码，且只写一次")
		}
		code = value
	}
	return rest, code, nil
}

// bookOf is book with the days of its own of an agency, or (no code) with those
// that are set for the whole installation.
func (env *Env) bookOf(ctx context.Context, code string) (*calendar.Book, error) {
	cfg, err := env.Config()
	if err != nil {
		return nil, err
	}
	if cfg.Database.Driver == config.SQLite {
		if _, err := os.Stat(cfg.DatabaseDSN()); errors.Is(err, os.ErrNotExist) {
			if code != "" {
				return nil, store.Fail(store.Invalid, "这里没有数据库，不知道机关“%s”的地方放假；请用 --data 指明数据目录，或不写 --agency。", code)
			}
			return calendar.Builtin(), nil
		}
	}
	db, err := store.Open(ctx, env.storeOptions(cfg, true, "read"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if code == "" {
		return db.BookOf(ctx, 0)
	}
	tree, err := db.Tree(ctx, env.Today())
	if err != nil {
		return nil, err
	}
	agency, known := tree.ByCode(code)
	if !known {
		return nil, store.Fail(store.Invalid, "没有代码为“%s”的机关；机关代码见机关名录。", code)
	}
	return db.BookOf(ctx, agency.ID)
}

// Deadline is the calculator: it reads the flags of gongkai deadline, prints the
// clock on stdout as text or JSON and gives the exit code. A wrong entry is one
// sentence on stderr and ExitWrong. Today only sets the default of --as-of.
func Deadline(args []string, book *calendar.Book, today calendar.Date, stdout, stderr io.Writer) int {
	values, asJSON, err := deadlineFlags(args)
	if err != nil {
		fmt.Fprintf(stderr, "%v\n", err)
		return ExitWrong
	}
	q, err := deadline.ParseQuery(values)
	if err != nil {
		var bad *deadline.FieldError
		if errors.As(err, &bad) {
			err = fmt.Errorf("%s：%s", bad.Flag(), bad.Text)
		}
		fmt.Fprintf(stderr, "%v\n", err)
		return ExitWrong
	}
	c := q.Clock(book, today)
	if asJSON {
		err = writeDeadlineJSON(stdout, q, c)
	} else {
		err = writeDeadlineText(stdout, q, c)
	}
	if err != nil {
		fmt.Fprintf(stderr, "写不出结果：%v\n", err)
		return ExitBroken
	}
	return ExitDone
}

// deadlineFlags reads --flag=value and --flag value, each as often as it comes.
func deadlineFlags(args []string) (map[string][]string, bool, error) {
	values, asJSON := map[string][]string{}, false
	for i := 0; i < len(args); i++ {
		name, ok := strings.CutPrefix(args[i], "--")
		if !ok {
			return nil, false, fmt.Errorf("“%s”不是选项；各项写作 --received 2025-09-30 的形式", args[i])
		}
		name, value, joined := strings.Cut(name, "=")
		if name == "json" {
			if joined && value != "true" && value != "false" {
				return nil, false, fmt.Errorf("--json 后面不写内容，读到“%s”", value)
			}
			asJSON = value != "false"
			continue
		}
		if !slices.Contains(deadline.Fields(), strings.ReplaceAll(name, "-", "_")) {
			return nil, false, fmt.Errorf("没有 --%s 这个选项；用法：gongkai deadline --help", name)
		}
		if !joined {
			if i++; i == len(args) || strings.HasPrefix(args[i], "--") {
				return nil, false, fmt.Errorf("--%s 后面缺少内容", name)
			}
			value = args[i]
		}
		if strings.TrimSpace(value) == "" {
			return nil, false, fmt.Errorf("--%s 后面缺少内容", name)
		}
		values[name] = append(values[name], value)
	}
	return values, asJSON, nil
}

// deadlineAnswer is the JSON that scripts rely on: these keys, in this order.
type deadlineAnswer struct {
	Law                 string         `json:"law"`
	Received            calendar.Date  `json:"received"`
	ReceiptRule         string         `json:"receipt_rule"`
	SupplementNoticeDue calendar.Date  `json:"supplement_notice_due"`
	Due                 calendar.Date  `json:"due"`
	SafeDue             calendar.Date  `json:"safe_due"`
	Provisional         bool           `json:"provisional"`
	Excluded            int            `json:"excluded_working_days"`
	State               string         `json:"state"`
	Late                *bool          `json:"late"`
	DaysLeft            *int           `json:"working_days_left"`
	Terms               []deadlineTerm `json:"terms"`
	Steps               []deadlineStep `json:"steps"`
}

type deadlineTerm struct {
	Kind    string        `json:"kind"`
	From    calendar.Date `json:"from"`
	Due     calendar.Date `json:"due"`
	Article string        `json:"article"`
}

type deadlineStep struct {
	On      calendar.Date `json:"on"`
	Event   string        `json:"event"`
	Effect  string        `json:"effect"`
	Article string        `json:"article"`
	Due     calendar.Date `json:"due"`
	Text    string        `json:"text"`
}

func writeDeadlineJSON(w io.Writer, q deadline.Query, c deadline.Clock) error {
	a := deadlineAnswer{Law: c.Law.Code(), Received: c.Received, ReceiptRule: q.ReceiptRule,
		SupplementNoticeDue: c.SupplementNoticeDue, Due: c.Due, SafeDue: c.SafeDue, Provisional: c.Provisional,
		Excluded: c.Excluded, State: c.State.Code(), Terms: []deadlineTerm{}, Steps: []deadlineStep{}}
	if c.Late != deadline.Unknown {
		late := c.Late == deadline.Yes
		a.Late = &late
	}
	if c.HasDaysLeft {
		a.DaysLeft = &c.DaysLeft
	}
	for _, t := range c.Terms {
		a.Terms = append(a.Terms, deadlineTerm(t))
	}
	for _, s := range c.Steps {
		a.Steps = append(a.Steps, deadlineStep(s))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(a)
}

func writeDeadlineText(w io.Writer, q deadline.Query, c deadline.Clock) error {
	var b strings.Builder
	fmt.Fprintf(&b, "收到申请　%s　%s\n", fullDay(c.Received), q.ReceiptRule)
	fmt.Fprintf(&b, "适用　　　%s\n", c.Law.Label())
	fmt.Fprintf(&b, "现在　　　%s\n", c.State.Label())
	if c.Due.IsZero() {
		fmt.Fprintf(&b, "答复期限　等待申请人，不计算\n")
	} else {
		fmt.Fprintf(&b, "答复期限　%s%s%s\n", fullDay(c.Due), provisionalNote(c), lateNote(c))
		fmt.Fprintf(&b, "内控办结　%s\n", fullDay(c.SafeDue))
	}
	if c.Excluded > 0 {
		fmt.Fprintf(&b, "扣除　　　征求意见 %d 个工作日\n", c.Excluded)
	}
	b.WriteString("\n期限说明\n")
	for _, s := range c.Steps {
		mark := "  "
		if s.Effect == "breach" {
			mark = "！"
		}
		fmt.Fprintf(&b, "%s%s  %s\n", mark, s.On, s.Text)
	}
	if len(c.Terms) > 0 {
		b.WriteString("\n各方期限\n")
	}
	for _, t := range c.Terms {
		fmt.Fprintf(&b, "  %s  自 %s 至 %s（%s）\n", t.Label(), t.From, fullDay(t.Due), t.Article)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func fullDay(d calendar.Date) string { return d.Chinese() + "（" + d.WeekdayChinese() + "）" }

func provisionalNote(c deadline.Clock) string {
	if c.Provisional {
		return "，暂定：以正式放假通知为准，可能提前"
	}
	return ""
}

func lateNote(c deadline.Clock) string {
	switch {
	case c.State == deadline.StateAnswered && c.Late == deadline.Yes:
		return "，逾期答复"
	case c.State == deadline.StateAnswered:
		return "，按期答复"
	case !c.HasDaysLeft:
		return ""
	case c.Late == deadline.Yes:
		return fmt.Sprintf("，已逾期 %d 个工作日", -c.DaysLeft)
	case c.DaysLeft == 0:
		return "，今日届满"
	}
	return fmt.Sprintf("，还剩 %d 个工作日", c.DaysLeft)
}
