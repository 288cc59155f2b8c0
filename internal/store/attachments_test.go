package store

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/internal/cases"
	"gongkai/internal/testkit"
)

func upload(t *testing.T, kind, name string, content string) Upload {
	t.Helper()
	k, err := cases.ParseFileKind(kind)
	if err != nil {
		t.Fatal(err)
	}
	return Upload{Kind: k, Name: name, Content: []byte(content)}
}

// files lists what stands in the folder of attachments.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(dir, attachmentsDir), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Files of a case come back as they were given, are read through their case
// alone, stand sealed, and stay when they are withdrawn.
func TestAttachments(t *testing.T) {
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			o := options(t, engine)
			db := openAt(t, o)
			ctx, ids, s := context.Background(), agencies(t, db, "a"), stamp("2025-03-05")
			one, other := made(t, ids["a"], "陈小明", ""), made(t, ids["a"], "王小红", "")
			for _, c := range []*cases.Case{one, other} {
				if err := db.Create(ctx, s, c); err != nil {
					t.Fatal(err)
				}
			}
			long := strings.Repeat("很长的名字", 60) + ".pdf"
			if err := db.Attach(ctx, s, one.ID, []Upload{upload(t, "application", long, "%PDF-1.7 陈小明的申请书"), upload(t, "envelope", "信封.png", "\x89PNG\r\n\x1a\n...")}); err != nil {
				t.Fatal(err)
			}
			if err := db.Attach(ctx, s, one.ID, []Upload{upload(t, "other", "好.pdf", "%PDF-1.7"), upload(t, "other", "坏.pdf", "MZ")}); err == nil {
				t.Error("a program was kept")
			}
			if err := db.Attach(ctx, s, 999, []Upload{upload(t, "other", "好.pdf", "%PDF-1.7")}); !Is(err, NotFound) {
				t.Errorf("of no case: %v", err)
			}
			if err := db.Attach(ctx, s, one.ID, []Upload{{Name: "大.pdf", Content: make([]byte, LargestFile+1)}}); !Is(err, Invalid) {
				t.Errorf("too large: %v", err)
			}
			list, err := db.Attachments(ctx, one.ID)
			if err != nil || len(list) != 2 || !strings.HasSuffix(list[0].Name, ".pdf") || list[1].Kind.Label() != "信封" {
				t.Fatalf("%v %v", list, err)
			}
			a, content, err := db.OpenAttachment(ctx, s, one.ID, 1)
			if err != nil || string(content) != "%PDF-1.7 陈小明的申请书" || a.MIME != "application/pdf" {
				t.Errorf("%v %q %v", a, content, err)
			}
			if _, _, err := db.OpenAttachment(ctx, s, other.ID, 1); !Is(err, NotFound) {
				t.Errorf("through another case: %v", err)
			}
			kept := files(t, o.Dir)
			for _, path := range kept {
				if b, err := os.ReadFile(path); err != nil || bytes.Contains(b, []byte("PDF")) || bytes.Contains(b, []byte("陈小明")) {
					t.Errorf("%s is not sealed (%v)", path, err)
				}
			}
			if len(kept) != 2 {
				t.Errorf("%d files of two attachments", len(kept))
			}
			if err := db.WithdrawAttachment(ctx, s, one.ID, 2, ""); !Is(err, Invalid) {
				t.Errorf("withdrawn without a reason: %v", err)
			}
			if err := db.WithdrawAttachment(ctx, s, one.ID, 2, "扫错了"); err != nil {
				t.Error(err)
			}
			if err := db.WithdrawAttachment(ctx, s, one.ID, 2, "扫错了"); !Is(err, Conflict) {
				t.Errorf("withdrawn twice: %v", err)
			}
			if _, err := db.AddParcel(ctx, s, parcelOf(t, ids["a"], "E1", "2025-03-05")); err != nil {
				t.Fatal(err)
			}
			archive := filepath.Join(t.TempDir(), "b.tar.gz")
			if _, err := db.Backup(ctx, archive); err != nil {
				t.Fatal(err)
			}
			comesBack(t, o, archive, one.ID)
			judged(t, db, o.Dir)
		})
	}
}

// comesBack restores the backup elsewhere: the files are in it, and what the
// database numbers goes on after the last number.
func comesBack(t *testing.T, o Options, archive string, caseID int64) {
	t.Helper()
	ctx, s := context.Background(), stamp("2025-03-05")
	to := options(t, o.Driver)
	key, err := os.ReadFile(o.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to.KeyFile, key, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(ctx, archive, to); err != nil {
		t.Fatal(err)
	}
	db := openAt(t, to)
	if _, content, err := db.OpenAttachment(ctx, s, caseID, 1); err != nil || !strings.HasPrefix(string(content), "%PDF") {
		t.Errorf("after the restore: %q %v", content, err)
	}
	if _, err := db.AddParcel(ctx, s, parcelOf(t, 1, "E77", "2025-03-05")); err != nil {
		t.Errorf("a parcel after the restore: %v", err)
	}
	if sum, err := db.Verify(ctx, VerifyJob{}); err != nil || sum.Differences != 0 {
		t.Errorf("verify after the restore: %v %v", sum, err)
	}
}

// judged has verify find a byte changed in a file, a file gone, and one that
// belongs to nothing.
func judged(t *testing.T, db *DB, dir string) {
	t.Helper()
	ctx := context.Background()
	differences := func() int64 {
		t.Helper()
		sum, err := db.Verify(ctx, VerifyJob{})
		if err != nil {
			t.Fatal(err)
		}
		return sum.Differences
	}
	kept := files(t, dir)
	if n := differences(); n != 0 {
		t.Errorf("%d differences of sound files", n)
	}
	whole, err := os.ReadFile(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	if err := os.WriteFile(kept[0], flipped, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := differences(); n != 1 {
		t.Errorf("a byte changed: %d differences", n)
	}
	if err := os.Remove(kept[0]); err != nil {
		t.Fatal(err)
	}
	if n := differences(); n != 1 {
		t.Errorf("a file gone: %d differences", n)
	}
	if err := os.WriteFile(kept[0], whole, 0o600); err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(filepath.Dir(kept[0]), "stray")
	if err := os.WriteFile(stray, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	old := testkit.Clock("2025-05-01")()
	if err := os.Chtimes(stray, old, old); err != nil {
		t.Fatal(err)
	}
	if n := differences(); n != 1 {
		t.Errorf("a stray file: %d differences", n)
	}
	young := testkit.Clock("2025-06-03")().Add(-time.Hour)
	if err := os.Chtimes(stray, young, young); err != nil {
		t.Fatal(err)
	}
	if n := differences(); n != 0 {
		t.Errorf("a file under way: %d differences", n)
	}
}

// The papers leave with everything else, as they were given.
func TestExportAllTakesPapersAlong(t *testing.T) {
	eachEngine(t, func(t *testing.T, db *DB) {
		ctx, ids, s := context.Background(), agencies(t, db, "a"), stamp("2025-03-05")
		c := made(t, ids["a"], "陈小明", "11010519491231002X")
		if err := db.Create(ctx, s, c); err != nil {
			t.Fatal(err)
		}
		if err := db.Attach(ctx, s, c.ID, []Upload{upload(t, "application", "申请书.pdf", "%PDF-1.7 原件")}); err != nil {
			t.Fatal(err)
		}
		rows, seen := map[string]int{}, 0
		err := db.ExportAll(ctx, s.Today, Everything{
			Agencies: func(list []cases.Agency) error { rows["agencies"] = len(list); return nil },
			Row: func(table string, row map[string]any) error {
				rows[table]++
				if table == "audit" && row["mac"] == "" || row["password"] != nil {
					t.Errorf("%s: %v", table, row)
				}
				return nil
			},
			Case: func(agency string, got *cases.Case, row cases.Row) error {
				if agency != "a" || got.Applicant().IDNumber != "11010519491231002X" || row.DueOn.IsZero() {
					t.Errorf("%s %v %v", agency, got.Applicant(), row)
				}
				return nil
			},
			File: func(_ *cases.Case, a Attachment, content []byte) error {
				seen++
				if a.Name != "申请书.pdf" || string(content) != "%PDF-1.7 原件" {
					t.Errorf("%v %q", a, content)
				}
				return nil
			}})
		if err != nil || seen != 1 || rows["agencies"] != 1 || rows["audit"] < 3 || rows["agency_versions"] != 1 {
			t.Errorf("%d papers, %v, %v", seen, rows, err)
		}
	})
}
