package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"gongkai/internal/config"
	"gongkai/internal/jobs"
	"gongkai/internal/mail"
	"gongkai/internal/store"
)

// startJobs begins what happens by the clock beside the pages; the function that
// it gives ends that and waits for it.
func (env *Env) startJobs(ctx context.Context, cfg config.Config, db *store.DB, backups *jobs.Backups, log *slog.Logger) (stop func(), err error) {
	list := append(jobs.Office(db, env.Now, log, channels(cfg)...), backups.Jobs()...)
	s, err := jobs.New(db, env.Now, log, list...)
	if err != nil {
		return nil, err
	}
	s.Start(ctx)
	return s.Stop, nil
}

// backups makes what keeps the backups of an installation. Their records name
// folders: those must mean the same wherever the program is started.
func (env *Env) backups(ctx context.Context, cfg config.Config, db *store.DB, log *slog.Logger) (*jobs.Backups, error) {
	dir, err := filepath.Abs(cfg.BackupDir())
	if err != nil {
		return nil, fmt.Errorf("find the folder of backups: %w", err)
	}
	data, err := filepath.Abs(cfg.Data.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	return jobs.NewBackups(ctx, db, jobs.BackupPlan{Dir: dir, At: cfg.Backup.Time, Keep: cfg.Backup.Keep, Data: data}, env.Now, log)
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
