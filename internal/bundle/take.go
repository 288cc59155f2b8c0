package bundle

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"gongkai/internal/cases"
	"gongkai/internal/letter"
	"gongkai/internal/store"
)

// Of reads a case for its evidence bundle: who took it for what is in the audit
// chain before anything leaves. purpose is a code of store.BundlePurposes.
func Of(ctx context.Context, db *store.DB, s cases.Stamp, caseID int64, purpose string) (Dossier, error) {
	taken, err := db.Take(ctx, s, caseID, purpose)
	if err != nil {
		return Dossier{}, err
	}
	c := taken.Case
	tree, err := db.Tree(ctx, s.Today)
	if err != nil {
		return Dossier{}, err
	}
	book, err := db.BookOf(ctx, c.AgencyID)
	if err != nil {
		return Dossier{}, err
	}
	agency, _ := tree.Agency(c.AgencyID)
	d := Dossier{Agency: agency.Name, Day: s.Today, Case: c, Head: Head{Kind: "evidence", Agency: agency.Name, AgencyCode: agency.Code,
		Number: c.Number, MadeAt: instant(s.At), Purpose: purposeWord(purpose)}}
	if d.Number == "" {
		d.Number = fmt.Sprintf("待编号（第%d件）", c.ID)
	}
	if row := (&cases.Deriver{Book: book}).Row(c.Events); !row.ReceivedOn.IsZero() {
		d.Clock = c.Clock(book, s.Today)
	}
	d.Calendar, _, _ = strings.Cut(cases.Judged(book, cases.Timeline(c.Events, 0), s.Today).Version(), "#")
	actors := []string{s.By}
	for _, e := range c.Events {
		actors = append(actors, e.By)
	}
	for _, a := range taken.Papers {
		actors = append(actors, a.By, a.WithdrawnBy)
	}
	if d.Names, err = db.NamesOf(ctx, actors); err != nil {
		return Dossier{}, err
	}
	d.By = d.Names[s.By]
	if s.By == "command" {
		d.By = "命令行"
	}
	for _, x := range taken.Services {
		line := serviceLines(x)
		for _, l := range taken.Letters {
			if l.Place == x.Letter {
				line.Letter = titleOf(l)
			}
		}
		d.Services = append(d.Services, line)
	}
	return d, d.addPapers(taken)
}

// titleOf names a letter with its number and what became of it.
func titleOf(l store.Letter) string {
	if kind, err := letter.ParseKind(l.Kind); err == nil {
		return kind.Title()
	}
	return "文书"
}

func purposeWord(code string) string {
	for _, p := range store.BundlePurposes() {
		if p[0] == code {
			return p[1]
		}
	}
	return ""
}

func (d *Dossier) addPapers(taken store.Taken) error {
	for _, a := range taken.Papers {
		content := func() ([]byte, error) { return taken.Content(a.Place) }
		p := Paper{Kind: a.Kind.Label(), Name: a.Name, Ending: path.Ext(a.Name), Content: content, Note: d.Names[a.By] + " " + instant(a.At)[:16] + "添加"}
		if a.WithdrawnAt != 0 {
			p.Withdrawn = a.Reason
		}
		data, err := content()
		if err != nil {
			return err
		}
		p.Pages = pagesOf(a.MIME, data)
		if i := slices.IndexFunc(taken.Letters, func(l store.Letter) bool { return l.Issued == a.Place }); i >= 0 {
			l := taken.Letters[i]
			p.Kind, p.Name, p.Note = titleOf(l), l.Number, day(l.On)
			if l.VoidedAt != 0 {
				p.Withdrawn = l.Reason
			}
			d.Letters = append(d.Letters, p)
			continue
		}
		d.Papers = append(d.Papers, p)
	}
	return nil
}

func serviceLines(x cases.Service) Service {
	out := Service{Way: x.Way.Label(), Number: x.Number, By: x.By, Failed: x.Failure.Label()}
	out.Lines = filled([]Line{{"交邮日期", day(x.Posted)}, {"发出日期", day(x.Sent)}, {"查阅日期", day(x.Opened)}, {"签收日期", day(x.Signed)},
		{"公告日期", day(x.Published)}, {"退回或得知未送达的日期", day(x.Failed)}})
	if x.Again != 0 {
		out.Note = fmt.Sprintf("第%d次送达没有成功后再次送达", x.Again)
	}
	return out
}
