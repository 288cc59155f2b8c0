package web

import (
	"fmt"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/signin"
)

// phoneForm is a mobile number as message platforms take it.
var phoneForm = regexp.MustCompile(`^1[3-9][0-9]{9}$`)

// fillContact adds to one's own account where one is reached and the calendar.
func (s *Server) fillContact(c echo.Context, view *signin.MeView) error {
	ctx, v := c.Request().Context(), s.visitor(c)
	contact, err := s.db.Contact(ctx, v.ID)
	if err != nil {
		return err
	}
	since, err := s.db.FeedSince(ctx, v.ID)
	if err != nil {
		return err
	}
	view.Contact = signin.Contact{Email: contact.Email, Phone: contact.Phone, ByMail: contact.ByMail, ByMessage: contact.ByMessage,
		Mail: slices.Contains(s.channels, store.ChannelMail), Message: slices.Contains(s.channels, store.ChannelMessage)}
	if c.Path() == "/me/contact" {
		view.Contact.Email, view.Contact.Phone = strings.TrimSpace(c.FormValue("email")), strings.TrimSpace(c.FormValue("phone"))
		view.Contact.ByMail, view.Contact.ByMessage = c.FormValue("by_mail") == "1", c.FormValue("by_message") == "1"
	}
	if view.Works = v.Works(); since != 0 {
		view.FeedSince = s.clock(since)
	}
	return nil
}

// setContact writes where one is reached.
func (s *Server) setContact(c echo.Context) error {
	contact := store.Contact{Email: strings.TrimSpace(c.FormValue("email")), Phone: strings.NewReplacer(" ", "", "-", "").Replace(strings.TrimSpace(c.FormValue("phone"))),
		ByMail: c.FormValue("by_mail") == "1", ByMessage: c.FormValue("by_message") == "1"}
	var problems []parts.Problem
	if a, err := mail.ParseAddress(contact.Email); contact.Email != "" && (err != nil || a.Address != contact.Email || len(contact.Email) > 200) {
		problems = append(problems, parts.Problem{Field: "email", Message: "电子邮箱“" + contact.Email + "”写法不对，应如 name@example.gov.cn"})
	}
	if contact.Phone != "" && !phoneForm.MatchString(contact.Phone) {
		problems = append(problems, parts.Problem{Field: "phone", Message: "手机号码“" + contact.Phone + "”应为11位数字，如 13900001111"})
	}
	if contact.ByMail && contact.Email == "" {
		problems = append(problems, parts.Problem{Field: "email", Message: "要用邮件接收提醒，请填写电子邮箱"})
	}
	if contact.ByMessage && contact.Phone == "" {
		problems = append(problems, parts.Problem{Field: "phone", Message: "要用短信接收提醒，请填写手机号码"})
	}
	if len(problems) > 0 {
		return s.drawMe(c, http.StatusUnprocessableEntity, "", problems)
	}
	if err := s.db.SetContact(c.Request().Context(), s.stamp(c), s.visitor(c).ID, contact); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/me?saved=contact")
}

// setFeed makes one's calendar feed anew, or ends it. The address is shown this
// once.
func (s *Server) setFeed(c echo.Context) error {
	ctx, v := c.Request().Context(), s.visitor(c)
	if c.FormValue("drop") == "1" {
		if err := s.db.DropFeed(ctx, s.stamp(c), v.ID); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, "/me?saved=feed")
	}
	token, err := s.db.NewFeed(ctx, s.stamp(c), v.ID)
	if err != nil {
		return err
	}
	scheme := "http"
	if s.secure(c.Request()) {
		scheme = "https"
	}
	p := s.plainPage(c, "我的期限日历")
	return s.draw(c, http.StatusOK, signin.Feed(signin.FeedView{Page: p, Address: scheme + "://" + c.Request().Host + "/me/calendar/" + token + ".ics"}))
}

// sendFeed answers a calendar program that knows the token: numbers of cases and
// kinds of days, no names. Unknown tokens and closed accounts are not found.
func (s *Server) sendFeed(c echo.Context) error {
	token, ok := strings.CutSuffix(c.Param("token"), ".ics")
	if !ok || len(token) > 64 {
		return errNotFound
	}
	ctx := c.Request().Context()
	user, err := s.db.FeedUser(ctx, token)
	if err != nil {
		return err
	}
	days, err := s.db.FeedDays(ctx, user)
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//gongkai//due days//ZH\r\nCALSCALE:GREGORIAN\r\nX-WR-CALNAME:依申请公开期限\r\n")
	stamp := s.now().UTC().Format("20060102T150405Z")
	for _, d := range days {
		day, next := strings.ReplaceAll(d.Due.String(), "-", ""), strings.ReplaceAll(d.Due.AddDays(1).String(), "-", "")
		fmt.Fprintf(&b, "BEGIN:VEVENT\r\nUID:case-%d-%s@gongkai\r\nDTSTAMP:%s\r\nDTSTART;VALUE=DATE:%s\r\nDTEND;VALUE=DATE:%s\r\n%s\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
			d.CaseID, d.Kind.Code(), stamp, day, next, folded("SUMMARY:"+icsText(d.Kind.Label()+" "+caseNumber(d.Number, d.CaseID))))
	}
	b.WriteString("END:VCALENDAR\r\n")
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(b.String()))
}

// icsText escapes what a calendar file gives a meaning to (RFC 5545, 3.3.11).
func icsText(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// folded breaks a line after at most 75 bytes, between signs (RFC 5545, 3.1).
func folded(line string) string {
	var b strings.Builder
	width := 0
	for _, r := range line {
		if width+len(string(r)) > 75 {
			b.WriteString("\r\n ")
			width = 1
		}
		b.WriteRune(r)
		width += len(string(r))
	}
	return b.String()
}
