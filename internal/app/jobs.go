package app

import (
	"context"
	"log/slog"
	"time"

	"gongkai/internal/config"
	"gongkai/internal/jobs"
	"gongkai/internal/mail"
	"gongkai/internal/store"
)

// startJobs begins what happens by the clock beside the pages; the function that
// it gives ends that and waits for it.
func (env *Env) startJobs(ctx context.Context, cfg config.Config, db *store.DB, log *slog.Logger) (stop func(), err error) {
	s, err := jobs.New(db, env.Now, log, jobs.Office(db, env.Now, log, channels(cfg)...)...)
	if err != nil {
		return nil, err
	}
	s.Start(ctx)
	return s.Stop, nil
}

// channels are the ways of messages that the settings switch on.
func channels(cfg config.Config) []jobs.Channel {
	var out []jobs.Channel
	if m := cfg.Mail; m.Host != "" {
		smtp := mail.SMTP{Host: m.Host, Port: m.Port, From: m.From, User: m.User, Password: m.Password, TLS: m.TLS, Timeout: time.Duration(m.Timeout) * time.Second}
		out = append(out, jobs.Channel{Name: store.ChannelMail, Send: smtp.Send})
	}
	if m := cfg.Message; m.URL != "" {
		request := mail.HTTP{URL: m.URL, Method: m.Method, Headers: m.Header(), Body: m.Body, Expect: m.Expect, Timeout: time.Duration(m.Timeout) * time.Second}
		out = append(out, jobs.Channel{Name: store.ChannelMessage, Send: request.Send})
	}
	return out
}

// channelNames names them, for the pages.
func channelNames(cfg config.Config) []string {
	var out []string
	for _, c := range channels(cfg) {
		out = append(out, c.Name)
	}
	return out
}
