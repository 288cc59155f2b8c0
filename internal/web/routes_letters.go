package web

import (
	"net/http"

	"gongkai/internal/cases"
)

// letterRoutes are those of letters.
func (s *Server) letterRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	const letters, one = "/cases/:id/letters", "/cases/:id/letters/:place"
	return []route{
		{get, letters, working(), smallBody, s.listLetters},
		{post, letters, working(), smallBody, s.draftLetter},
		{get, one, working(), smallBody, s.showLetter},
		{post, one, working(), keptBody, s.saveLetter},
		{get, one + "/print", working(), smallBody, s.printLetter},
		{get, one + "/envelope", working(), smallBody, s.showEnvelope},
		{get, one + "/docx", working(), smallBody, s.sendLetterFile},
		{post, one + "/docx", working(), fileBody, s.takeLetterFile},
		{post, one + "/number", working(), smallBody, s.numberLetter},
		{post, one + "/issue", working(), fileBody, s.issueLetter},
		{post, one + "/void", working(), smallBody, s.voidLetter},
		{get, "/letters", staff(fileHandlers()...), smallBody, s.listNumbers},
		{get, "/templates", staff(cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.listTemplates},
		{post, "/templates", working(), fileBody, s.addTemplate},
		{post, "/templates/restore", working(), smallBody, s.restoreTemplate},
		{get, "/templates/file", staff(cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.sendTemplate},
		{get, "/templates/preview", staff(cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.previewTemplate},
	}
}

// letterActs names what the audit chains hold of letters.
func letterActs() []auditWord {
	return []auditWord{{"letter_drafted", "起草文书"}, {"letter_rewritten", "修改文书"}, {"letter_numbered", "编发文字号"}, {"letter_issued", "发出文书"}, {"letter_voided", "作废文书"}, {"template_added", "更换文书模板"}}
}

// letterObjects names what those entries are about.
func letterObjects() []auditWord { return nil }
