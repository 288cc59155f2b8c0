package cases

// Note is a text that belongs to an event: what is to be supplemented, the
// opinion with which a proposal went back, the reasons of an answer. Texts never
// stand in events, so that purging them breaks no chain.
type Note struct {
	Seq  int    // of the event
	Kind string // what the text is: a code of NoteKinds
	Text string
	By   string // who wrote it: a user
	At   int64  // microseconds UTC
}

// Note attaches a text to the latest event; an empty text is no note.
func (c *Case) Note(kind, text string) {
	if text == "" || len(c.Events) == 0 {
		return
	}
	e := c.Events[len(c.Events)-1]
	c.Notes = append(c.Notes, Note{Seq: e.Seq, Kind: kind, Text: text, By: e.By, At: e.At})
}

// FreshNotes gives the notes attached since the case was loaded.
func (c *Case) FreshNotes() []Note { return c.Notes[c.freshNotes:] }

// NotesOf gives the texts of an event, in the order of writing.
func (c *Case) NotesOf(seq int) []Note {
	var out []Note
	for _, n := range c.Notes {
		if n.Seq == seq {
			out = append(out, n)
		}
	}
	return out
}

// NoteLabel gives the office's word for a kind of note; unknown kinds read 备注.
func NoteLabel(kind string) string {
	switch kind {
	case "items":
		return "需要补正的内容"
	case "reasons":
		return "理由"
	case "opinion":
		return "意见"
	case "answer":
		return "答复内容"
	case "party":
		return "征求意见对象"
	case "search":
		return "检索情况"
	case "signer":
		return "线下签批"
	case "call":
		return "沟通情况"
	case "finding":
		return "认定事实"
	case "correction":
		return "更正理由"
	case "document":
		return "文书"
	case "appears":
		return "出庭人员"
	case "together":
		return "一并办理"
	}
	return "备注"
}
