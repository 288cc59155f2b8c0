package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"gongkai/internal/cases"
	"gongkai/internal/store"
)

// letter writes a text of a letter as a line of letter_texts.jsonl; one that came
// back from a word processor beside it.
func (x *wholeExport) letter(c *cases.Case, l store.Letter, text store.LetterText) error {
	line := map[string]any{"case_id": c.ID, "place": l.Place, "version": text.Version, "saved_at": text.At, "saved_by": text.By, "letter": json.RawMessage(text.Body)}
	if len(text.DOCX) > 0 {
		name := fmt.Sprintf("letters/%d-%d-%d.docx", c.ID, l.Place, text.Version)
		if err := os.MkdirAll(filepath.Join(x.dir, "letters"), 0o700); err != nil {
			return fmt.Errorf("write the export: %w", err)
		}
		if err := os.WriteFile(filepath.Join(x.dir, name), text.DOCX, 0o600); err != nil {
			return fmt.Errorf("write the export: %w", err)
		}
		line["file"] = name
	}
	f, err := x.open("letter_texts.jsonl")
	if err != nil {
		return err
	}
	return f.line(line)
}
