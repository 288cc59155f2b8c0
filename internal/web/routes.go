package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"gongkai/internal/auth"
	"gongkai/internal/cases"
)

// The most that a request may bring, in bytes.
const (
	smallBody = 64 << 10
	fileBody  = 48 << 20
	keptBody  = 1 << 20 // a sign-in that brings along what was typed before
)

// route is one line of the list of everything that can be asked.
type route struct {
	method, path string
	policy       policy
	body         int64 // most bytes of a request's body
	handler      echo.HandlerFunc
}

// routes is the list. A test walks it.
func (s *Server) routes() []route {
	return slices.Concat(s.houseRoutes(), s.caseRoutes(), s.annualRoutes(), s.analysisRoutes(), s.letterRoutes(), s.paperRoutes(),
		s.reminderRoutes(), s.supervisionRoutes(), s.noticeRoutes(), s.backupRoutes())
}

// houseRoutes are those of the frame: signing in, administration, reports, import.
func (s *Server) houseRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/healthz", public(), smallBody, s.healthz},
		{get, "/static/:name", public(), smallBody, s.staticFile},
		{get, "/", signedIn(), smallBody, s.home},
		{get, "/signin", public(), smallBody, s.askSignIn},
		{post, "/signin", public(), keptBody, s.signIn},
		{get, "/setup", public(), smallBody, s.askSetup},
		{post, "/setup", public(), smallBody, s.doSetup},
		{get, "/me", signedIn(), smallBody, s.showMe},
		{post, "/me/password", signedIn(), smallBody, s.changePassword},
		{post, "/me/sessions/:id/end", signedIn(), smallBody, s.endSession},
		{post, "/me/covers", working(), smallBody, s.addCover},
		{post, "/me/covers/:id/end", working(), smallBody, s.endCover},
		{get, "/me/totp", signedIn(), smallBody, s.askTOTP},
		{post, "/me/totp", signedIn(), smallBody, s.setTOTP},
		{get, "/drafts", working(), smallBody, s.listDrafts},
		{post, "/drafts", working(), keptBody, s.saveDraft},
		{get, "/drafts/:id", working(), smallBody, s.resumeDraft},
		{post, "/drafts/:id/drop", working(), smallBody, s.doDropDraft},
		{post, "/views", working(), smallBody, s.saveView},
		{post, "/views/:id/drop", working(), smallBody, s.dropView},
		{get, "/sections", working(), smallBody, s.askSections},
		{post, "/sections", working(), smallBody, s.doSection},
		{post, "/me/many", signedIn(), smallBody, s.becomeMany},
		{get, "/admin", adminsOrAlone(auth.Admins()...), smallBody, s.showAdmin},
		{get, "/admin/audit", adminsOrAlone(auth.Auditor), smallBody, s.searchAudit},
		{get, "/admin/users", admins(auth.SystemAdmin, auth.SecurityAdmin), smallBody, s.listUsers},
		{get, "/admin/agencies", adminsOrAlone(auth.SystemAdmin), smallBody, s.listAgencies},
		{post, "/admin/agencies", adminsOrAlone(auth.SystemAdmin), smallBody, s.addAgency},
		{get, "/admin/agencies/:id", adminsOrAlone(auth.SystemAdmin), smallBody, s.askAgency},
		{post, "/admin/agencies/:id", adminsOrAlone(auth.SystemAdmin), smallBody, s.changeAgency},
		{get, "/admin/seen", adminsOrAlone(auth.Auditor), smallBody, s.askSeen},
		{post, "/admin/seen", adminsOrAlone(auth.Auditor), smallBody, s.doSeen},
		{post, "/admin/users", admins(auth.SystemAdmin), smallBody, s.addUser},
		{post, "/admin/users/:id/state", admins(auth.SystemAdmin), smallBody, s.setUserState},
		{post, "/admin/users/:id/reset", admins(auth.SystemAdmin), smallBody, s.resetUser},
		{post, "/admin/users/:id/roles", admins(auth.SystemAdmin), smallBody, s.proposeRole},
		{post, "/admin/proposals/:id", admins(auth.SecurityAdmin), smallBody, s.decideRole},
		{post, "/signout", public(), smallBody, s.signOut},
		{get, "/help", signedIn(), smallBody, s.help},
		{post, "/display", public(), smallBody, s.setDisplay},
		{get, "/report", working(), smallBody, s.chooseReport},
		{get, "/report/:year", working(), smallBody, s.showReport},
		{get, "/report/:year/cell", working(), smallBody, s.defineCell},
		{get, "/report/:year/proactive", staff(cases.Editor), smallBody, s.askProactive},
		{post, "/report/:year/proactive", working(), smallBody, s.doProactive},
		{get, "/report/:year/document", working(), smallBody, s.showDocument},
		{post, "/report/:year/document", working(), keptBody, s.saveDocument},
		{get, "/report/:year/document/download", working(), smallBody, s.downloadDocument},
		{get, "/report/:year/return", working(), smallBody, s.showReturn},
		{post, "/report/:year/return", working(), smallBody, s.doReturn},
		{get, "/report/:year/board", working(), smallBody, s.showBoard},
		{post, "/report/:year/board", working(), fileBody, s.takeReturn},
		{get, "/report/:year/board/blank", working(), smallBody, s.blankReturn},
		{get, "/report/:year/download", working(), smallBody, s.downloadReport},
		{get, "/check", loopbackOrIn(), smallBody, s.askCheck},
		{post, "/check", loopbackOrIn(), fileBody, s.doCheck},
		{get, "/calculator", public(), smallBody, s.calculate},
		{get, "/import", staff(importers()...), smallBody, s.askImport},
		{post, "/import", staff(importers()...), fileBody, s.uploadLedger},
		{get, "/import/:token", staff(importers()...), smallBody, s.previewLedger},
		{post, "/import/:token/map", staff(importers()...), smallBody, s.mapColumns},
		{get, "/import/:token/marked", staff(importers()...), smallBody, s.downloadMarked},
		{post, "/import/:token/adopt", staff(importers()...), smallBody, s.adoptLedger},
		{get, "/import/:token/done", staff(importers()...), smallBody, s.showAdopted},
		{post, "/import/:token/cancel", staff(importers()...), smallBody, s.cancelImport},
	}
}

// caseRoutes are those of the office's work on cases.
func (s *Server) caseRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/cases", working(), smallBody, s.listCases},
		{post, "/cases/find", working(), smallBody, s.findCases},
		{get, "/cases/new", staff(cases.FrontDesk, cases.Officer), smallBody, s.askNew},
		{post, "/cases/new", working(), smallBody, s.doNew},
		{get, "/cases/download", working(), smallBody, s.downloadList},
		{get, "/cases/:id/clock", working(), smallBody, s.showClock},
		{get, "/cases/:id/platform", working(), smallBody, s.showFillBack},
		{post, "/cases/:id/files", working(), fileBody, s.addFiles},
		{get, "/cases/:id/files/:place", working(), smallBody, s.sendFile},
		{post, "/cases/:id/files/:place/withdraw", working(), smallBody, s.withdrawFile},
		{get, "/cases/:id/void", working(), smallBody, s.askVoid},
		{post, "/cases/:id/void", working(), smallBody, s.doVoid},
		{get, "/cases/:id/restore", working(), smallBody, s.askRestore},
		{post, "/cases/:id/restore", working(), smallBody, s.doRestore},
		{get, "/cases/:id/remake", working(), smallBody, s.askRemake},
		{post, "/cases/:id/remake", working(), smallBody, s.doRemake},
		{get, "/cases/:id/receipt", working(), smallBody, s.showReceipt},
		{get, "/cases/:id", working(), smallBody, s.showCase},
		{post, "/cases/:id/readers", working(), smallBody, s.setReaders},
		{post, "/cases/:id/people", working(), smallBody, s.openPeople},
		{get, "/cases/:id/act/:code", working(), smallBody, s.askAct},
		{post, "/cases/:id/act/:code", working(), fileBody, s.doAct},
		{get, "/cases/:id/correct/:seq", working(), smallBody, s.askCorrection},
		{post, "/cases/:id/correct/:seq", working(), smallBody, s.doCorrection},
		{get, "/cases/:id/edit", working(), smallBody, s.askEdit},
		{post, "/cases/:id/edit", working(), smallBody, s.doEdit},
		{get, "/cases/:id/decide", working(), smallBody, s.askDecision},
		{post, "/cases/:id/decide", working(), smallBody, s.doDecision},
		{get, "/parcels", staff(cases.FrontDesk, cases.Officer), smallBody, s.askParcels},
		{post, "/parcels", working(), smallBody, s.doParcel},
		{get, "/parcels/:id", staff(cases.FrontDesk, cases.Officer), smallBody, s.askParcel},
		{post, "/parcels/:id", staff(cases.FrontDesk, cases.Officer), smallBody, s.doSettle},
		{get, "/settings", working(), smallBody, s.askSettings},
		{post, "/settings", working(), smallBody, s.changeSetting},
		{post, "/settings/proposals/:id", staff(cases.Reviewer, cases.Signer), smallBody, s.decideSetting},
		{get, "/applicants", staff(fileHandlers()...), smallBody, s.listApplicants},
		{post, "/applicants", working(), smallBody, s.findApplicants},
		{post, "/applicants/:id/merge", working(), smallBody, s.proposeMerge},
		{post, "/applicants/merges/:id", working(), smallBody, s.decideMerge},
		{get, "/applicants/:id", staff(fileHandlers()...), smallBody, s.showApplicant},
		{get, "/applicants/:id/evidence", staff(fileHandlers()...), smallBody, s.showEvidence},
		{get, "/remedies", working(), smallBody, s.listDisputes},
		{get, "/approvals", staff(cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.showApprovals},
		{post, "/approvals", working(), smallBody, s.doApprovals},
		{get, "/assign", staff(assigners()...), smallBody, s.askAssign},
		{post, "/assign", working(), smallBody, s.doAssign},
		{get, "/callers", staff(cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.askCaller},
		{post, "/callers", working(), smallBody, s.findCaller},
		{get, "/asked", staff(cases.FrontDesk, cases.Officer, cases.Reviewer, cases.Signer), smallBody, s.showAsked},
	}
}

func (s *Server) addRoutes() error {
	s.pages = map[string]policy{}
	for _, r := range s.routes() {
		if r.policy.isZero() {
			return fmt.Errorf("route %s %s has no policy", r.method, r.path)
		}
		if r.method == http.MethodGet {
			s.pages[r.path] = r.policy
		}
		s.echo.Add(r.method, r.path, r.handler, limitBody(r.body), s.allow(r))
	}
	return nil
}

// limitBody keeps a request from bringing more than a route takes.
func limitBody(most int64) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := c.Request()
			if r.ContentLength > most {
				return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
			}
			r.Body = http.MaxBytesReader(c.Response(), r.Body, most)
			return next(c)
		}
	}
}
