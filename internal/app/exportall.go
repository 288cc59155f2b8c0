package app

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/deadline"
	"gongkai/internal/export"
	"gongkai/internal/store"
)

// exportManual tells whoever opens the folder what stands in it.
//
//go:embed exportall.md
var exportManual string

func exportAllCommand() command {
	return command{
		name: "all", args: "DIR",
		does: "导出全部数据：机关、办件及其全部经过、设置、账号、操作日志，附格式说明",
		help: `写入一个新目录：可以再导入的机关名录和台账（CSV），逐件的完整记录和各表（JSON，每行一条），
说明.md 逐项说明，manifest.json 列出每个文件的行数和 SHA-256。不含口令和密钥。
含申请人的全部个人信息，目录只有本人可读，请妥善保管。可与服务同时运行。
中断或失败时不留下半份目录。`,
		example: "gongkai export all /media/usb/gongkai-20270131",
		run:     exportAll,
	}
}

func exportAll(ctx context.Context, env *Env, args []string) int {
	f, err := readFlags("export all", args, nil, nil)
	if err != nil {
		return env.Wrong(err)
	}
	dir, err := f.one("export all", "一个目录", "gongkai export all 导出-20270131")
	if err != nil {
		return env.Wrong(err)
	}
	if err := mayExportTo(dir); err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "export")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	part := dir + ".part"
	if err := os.Mkdir(part, 0o700); err != nil {
		return env.Wrong(fmt.Errorf("不能建立目录 %s：%v；请检查上级目录是否存在、是否可写，上次中断的请先删去它", part, errors.Unwrap(err)))
	}
	x := &wholeExport{env: env, dir: part, progress: env.NewProgress("导出办件", 0)}
	err = x.run(ctx, db)
	if err == nil {
		_ = os.Remove(dir) // an empty one that was there
		err = os.Rename(part, dir)
	}
	if err != nil {
		_ = os.RemoveAll(part) // the first error says more
		return env.failed(err)
	}
	fmt.Fprintf(env.Stderr, "已导出到 %s：办件 %d 件，文件 %d 个。目录含个人信息，请妥善保管。\n", dir, x.cases, len(x.files))
	return ExitDone
}

// mayExportTo keeps an export from being mixed with what is there.
func mayExportTo(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s 不是可以写入的目录；请指定一个新的目录", dir)
	case len(entries) > 0:
		return fmt.Errorf("目录 %s 已经有内容；请指定一个新的或空的目录", dir)
	}
	return nil
}

// wholeExport writes the files of an export, and remembers what they hold.
type wholeExport struct {
	env      *Env
	dir      string
	files    []*exportFile
	ledger   *csv.Writer
	cases    int
	progress *Progress
}

// exportFile is one file of an export: its lines without a head, and its hash.
type exportFile struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`

	file *os.File
	buf  *bufio.Writer
	sum  hash.Hash
}

func (f *exportFile) Write(b []byte) (int, error) {
	f.Bytes += int64(len(b))
	f.sum.Write(b) // never fails
	return f.buf.Write(b)
}

// open gives a file of the export, made at its first use.
func (x *wholeExport) open(name string) (*exportFile, error) {
	for _, f := range x.files {
		if f.Name == name {
			return f, nil
		}
	}
	file, err := os.OpenFile(filepath.Join(x.dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write the export: %w", err)
	}
	f := &exportFile{Name: name, file: file, buf: bufio.NewWriterSize(file, 1<<16), sum: sha256.New()}
	x.files = append(x.files, f)
	return f, nil
}

func (x *wholeExport) run(ctx context.Context, db *store.DB) (err error) {
	defer func() { err = errors.Join(err, x.close(err == nil)) }()
	if _, err := x.text("说明.md", exportManual); err != nil {
		return err
	}
	for _, name := range []string{"agencies.csv", "cases.jsonl"} { // there even if empty
		if _, err := x.open(name); err != nil {
			return err
		}
	}
	ledger, err := x.open("cases.csv")
	if err != nil {
		return err
	}
	x.ledger = csv.NewWriter(ledger)
	if err := x.ledger.Write(export.LedgerKeys()); err != nil {
		return err
	}
	err = db.ExportAll(ctx, x.env.Today(), store.Everything{Agencies: x.agencies, Row: x.row, Case: x.one, File: x.attachment, Letter: x.letter, Scan: x.scan})
	x.progress.Done()
	if err != nil {
		return err
	}
	x.ledger.Flush()
	return x.ledger.Error()
}

func (x *wholeExport) text(name, text string) (*exportFile, error) {
	f, err := x.open(name)
	if err == nil {
		_, err = io.WriteString(f, text)
	}
	return f, err
}

// close brings every file to the disk and, if all went well, writes the manifest
// last: a folder with a manifest is whole.
func (x *wholeExport) close(whole bool) error {
	var errs []error
	for _, f := range x.files {
		f.SHA256 = hex.EncodeToString(f.sum.Sum(nil))
		errs = append(errs, f.buf.Flush(), f.file.Sync(), f.file.Close())
	}
	if err := errors.Join(errs...); err != nil || !whole {
		return err
	}
	b, err := json.MarshalIndent(map[string]any{"product": "gongkai", "form": 1, "as_of": x.env.Today(), "exported_at": x.env.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"cases": x.cases, "files": x.files}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(x.dir, "manifest.json"), append(b, '\n'), 0o600)
}

// agencies writes the list in the form that import agencies reads.
func (x *wholeExport) agencies(list []cases.Agency) error {
	f, err := x.open("agencies.csv")
	if err != nil {
		return err
	}
	code := map[int64]string{}
	for _, a := range list {
		code[a.ID] = a.Code
	}
	out := csv.NewWriter(f)
	if err := out.Write([]string{"code", "name", "kind", "parent", "short_name"}); err != nil {
		return err
	}
	for _, a := range list {
		f.Rows++
		if err := out.Write([]string{a.Code, a.Name, a.Kind.Code(), code[a.ParentID], a.ShortName}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (x *wholeExport) row(table string, row map[string]any) error {
	f, err := x.open(table + ".jsonl")
	if err != nil {
		return err
	}
	return f.line(row)
}

// line writes one record as a line of JSON.
func (f *exportFile) line(v any) error {
	f.Rows++
	out := json.NewEncoder(f)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// one writes a case into the ledger and, with all that happened to it, into the
// records. Without a day of receipt it stands in the records alone.
func (x *wholeExport) one(agency string, c *cases.Case, row cases.Row) error {
	x.cases++
	x.progress.Add(1)
	f, err := x.open("cases.jsonl")
	if err != nil {
		return err
	}
	if err := f.line(caseRecord(agency, c, row)); err != nil {
		return err
	}
	if row.ReceivedOn.IsZero() || row.Flags.Any(cases.Uncounted) {
		return nil // a ledger has no column for what does not count
	}
	ledger, err := x.open("cases.csv")
	if err != nil {
		return err
	}
	ledger.Rows++
	r := cases.RecordOf(c)
	r.Agency = agency
	return x.ledger.Write(export.LedgerLine(r))
}

// attachment writes a paper of a case beside its line in attachments.jsonl. Its
// name in the folder is ours: that of the office stands in the line.
func (x *wholeExport) attachment(c *cases.Case, a store.Attachment, content []byte) error {
	ending := path.Ext(a.Name)
	if strings.Trim(ending, ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		ending = ""
	}
	name := fmt.Sprintf("attachments/%d-%d%s", c.ID, a.Place, ending)
	if err := os.MkdirAll(filepath.Join(x.dir, "attachments"), 0o700); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	if err := os.WriteFile(filepath.Join(x.dir, name), content, 0o600); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	f, err := x.open("attachments.jsonl")
	if err != nil {
		return err
	}
	return f.line(map[string]any{"case_id": c.ID, "place": a.Place, "kind": a.Kind.Code(), "name": a.Name, "mime": a.MIME, "size": a.Size, "sha256": a.SHA256,
		"file": name, "added_at": a.At, "added_by": a.By, "withdrawn_at": a.WithdrawnAt, "withdrawn_by": a.WithdrawnBy, "reason": a.Reason, "event_seq": a.Event})
}

// scan writes a scan of a locked return beside its line in return_files.jsonl.
func (x *wholeExport) scan(agency int64, year int, whole bool, s store.ReturnFile, content []byte) error {
	scope := "own"
	if whole {
		scope = "whole"
	}
	name := fmt.Sprintf("attachments/return-%d-%d-%s-%d-%d%s", agency, year, scope, s.Version, s.Place, path.Ext(s.Name))
	if err := os.MkdirAll(filepath.Join(x.dir, "attachments"), 0o700); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	if err := os.WriteFile(filepath.Join(x.dir, name), content, 0o600); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	f, err := x.open("return_files.jsonl")
	if err != nil {
		return err
	}
	return f.line(map[string]any{"agency_id": agency, "year": year, "whole": whole, "version": s.Version, "place": s.Place, "kind": s.Kind, "name": s.Name,
		"mime": s.MIME, "size": s.Size, "file": name, "added_at": s.At, "added_by": s.By})
}

// recordedCase is a line of cases.jsonl.
type recordedCase struct {
	ID      int64             `json:"id"`
	Agency  string            `json:"agency"`
	Number  string            `json:"number"`
	Version int64             `json:"version"`
	Content string            `json:"content"`
	Items   []string          `json:"items,omitempty"`
	Parties []recordedParty   `json:"parties"`
	Events  []recordedEvent   `json:"events"`
	Notes   []recordedNote    `json:"notes,omitempty"`
	Derived map[string]string `json:"derived"`
}

type recordedParty struct {
	Role     string `json:"role"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	IDNumber string `json:"id_number,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Address  string `json:"address,omitempty"`
}

type recordedEvent struct {
	Seq      int        `json:"seq"`
	Kind     string     `json:"kind"`
	On       string     `json:"on"`
	At       int64      `json:"recorded_at"`
	By       string     `json:"recorded_by"`
	History  bool       `json:"history,omitempty"`
	Replaces int        `json:"replaces,omitempty"`
	Fact     cases.Fact `json:"fact"`
}

type recordedNote struct {
	Event int    `json:"event"`
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	At    int64  `json:"noted_at"`
	By    string `json:"noted_by"`
}

func caseRecord(agency string, c *cases.Case, row cases.Row) recordedCase {
	out := recordedCase{ID: c.ID, Agency: agency, Number: c.Number, Version: c.Version, Content: c.Content, Items: c.Items, Parties: []recordedParty{}}
	for _, p := range c.Parties {
		a := p.Applicant
		out.Parties = append(out.Parties, recordedParty{p.Role, a.Kind.Code(), a.Name, a.IDNumber, a.Phone, a.Email, a.Address})
	}
	for _, e := range c.Events {
		out.Events = append(out.Events, recordedEvent{e.Seq, e.Fact.Kind(), e.On.String(), e.At, e.By, e.History, e.Replaces, e.Fact})
	}
	for _, n := range c.Notes {
		out.Notes = append(out.Notes, recordedNote{n.Seq, n.Kind, n.Text, n.At, n.By})
	}
	out.Derived = map[string]string{"received_on": row.ReceivedOn.String(), "state": row.State.Code(), "due_on": row.DueOn.String(),
		"answered_on": row.AnsweredOn.String(), "outcome": row.Outcome.Code(), "days_taken": strconv.Itoa(row.DaysTaken),
		"late": map[deadline.Tri]string{deadline.Yes: "true", deadline.No: "false"}[row.Late]}
	if row.State == cases.StateVoided {
		out.Derived["answered_on"], out.Derived["voided_on"] = "", row.AnsweredOn.String()
	}
	return out
}
