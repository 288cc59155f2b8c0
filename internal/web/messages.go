package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"gongkai/internal/store"
	"gongkai/templates/parts"
	"gongkai/templates/remind"
)

// showMessages lists the ways of messages and what went over them, for the system
// administrator: to whom and with what result, not about what.
func (s *Server) showMessages(c echo.Context) error {
	saved := map[string]string{"tried": "已交付试发，一分钟内发出；结果见下面的发送记录。", "retried": "已重新排入发送。"}[c.QueryParam("saved")]
	return s.drawMessages(c, http.StatusOK, remind.MessagesView{Saved: saved})
}

func (s *Server) drawMessages(c echo.Context, status int, view remind.MessagesView) error {
	ctx := c.Request().Context()
	view.Page = s.plainPage(c, "消息发送")
	view.Page.Place, view.Page.Wrong = "admin", len(view.Problems) > 0
	if err := s.bell(c, &view.Page); err != nil {
		return err
	}
	for _, way := range []struct{ code, label, section string }{{store.ChannelMail, "电子邮件", "[mail]"}, {store.ChannelMessage, "短信、工作群（HTTP）", "[message]"}} {
		x := remind.ChannelView{Code: way.code, Label: way.label, On: slices.Contains(s.channels, way.code), State: "已启用。只发给在“我的账号”中登记了地址并选择接收的人。"}
		if !x.On {
			x.State = "没有启用。在配置文件的 " + way.section + " 中填写后重新启动，并用 gongkai config check 核对。"
		}
		view.Channels = append(view.Channels, x)
	}
	before, _ := strconv.ParseInt(c.QueryParam("before"), 10, 64) // what is no number begins at the newest
	list, err := s.db.Messages(ctx, before, mostSentRows)
	if err != nil {
		return err
	}
	var users []int64
	for _, m := range list {
		users = append(users, m.User)
	}
	names, err := s.db.UserNames(ctx, users)
	if err != nil {
		return err
	}
	for _, m := range list {
		row := remind.MessageRow{At: s.clock(m.MadeAt), Who: names[m.User], Channel: channelWord(m.Channel), Kind: messageKind(m), Tries: strconv.Itoa(m.Tries),
			State: map[string]string{"waiting": "待发", "sent": "已发", "failed": "失败", "void": "作废"}[m.State], Result: resultWord(m.State, m.Result), Light: resultLight(m.State)}
		if m.State == "waiting" {
			row.Next = s.clock(m.NextAt)
		}
		if m.State == "failed" {
			row.Retry = "/admin/messages/" + itoa64(m.ID) + "/retry"
		}
		view.Rows = append(view.Rows, row)
	}
	if len(list) == mostSentRows {
		view.Next = with("/admin/messages", "before", itoa64(list[len(list)-1].ID))
	}
	return s.draw(c, status, remind.Messages(view))
}

func messageKind(m store.SentMessage) string {
	switch {
	case m.Items == 0:
		return "试发"
	case m.Urgent == 1:
		return strconv.Itoa(m.Items) + "项紧急事项"
	}
	return "每日汇总，" + strconv.Itoa(m.Items) + "项"
}

// tryChannel sends a message to whoever presses the button.
func (s *Server) tryChannel(c echo.Context) error {
	channel := c.FormValue("channel")
	if !slices.Contains(s.channels, channel) {
		return s.drawMessages(c, http.StatusUnprocessableEntity, remind.MessagesView{Problems: []parts.Problem{{Field: channel, Message: "这一渠道没有启用：先在配置文件中填写，重新启动后再试发"}}})
	}
	err := s.db.TryChannel(c.Request().Context(), s.stamp(c), channel, s.visitor(c).ID)
	if store.Is(err, store.Invalid) {
		return s.drawMessages(c, http.StatusUnprocessableEntity, remind.MessagesView{Problems: []parts.Problem{{Field: channel, Message: err.Error()}}})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/messages?saved=tried")
}

// retryMessage sends a message that failed once more.
func (s *Server) retryMessage(c echo.Context) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.db.RetryMessage(c.Request().Context(), s.stamp(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/admin/messages?saved=retried")
}
