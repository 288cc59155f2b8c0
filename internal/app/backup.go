package app

import (
	"context"
	"fmt"
	"time"

	"gongkai/internal/store"
)

func backupCommand() command {
	return command{name: "backup", args: "FILE", does: "把数据库和附件备份成一个文件",
		help: `服务运行时也可使用。备份写完并核对之后才以 FILE 为名出现，已有的同名文件不会覆盖。
备份里从不含密钥：没有密钥的备份无法恢复，请用 gongkai key export 另存密钥，分开保管。`,
		example: "gongkai backup /mnt/备份/gongkai-20260529.tar.gz",
		run:     backupRun}
}

func restoreCommand() command {
	return command{name: "restore", args: "FILE", does: "从备份恢复到一个空的数据目录（或空的 PostgreSQL 数据库）",
		help: `先放好原来的密钥文件（DIR.key，或用 gongkai key import 从恢复页恢复）。
全部核对无误之后才移入数据目录；备份被改动、密钥不符、目录正在使用或已有数据库时一概拒绝，不留下任何内容。`,
		example: "gongkai restore --data 新目录 /mnt/备份/gongkai-20260529.tar.gz",
		run:     restoreRun}
}

func backupRun(ctx context.Context, env *Env, args []string) int {
	file, err := oneFile("backup", args)
	if err != nil {
		return env.Wrong(err)
	}
	db, err := env.openDB(ctx, true, "backup")
	if err != nil {
		return env.failed(err)
	}
	defer db.Close()
	info, err := db.Backup(ctx, file)
	if err != nil {
		return env.failed(err)
	}
	fmt.Fprintf(env.Stderr, "已备份到 %s：%s。\n恢复时须有密钥 %s；密钥不在备份里，请确认其恢复页（gongkai key export）另有保管。\n", file, contents(info), info.KeyID)
	return ExitDone
}

func restoreRun(ctx context.Context, env *Env, args []string) int {
	file, err := oneFile("restore", args)
	if err != nil {
		return env.Wrong(err)
	}
	cfg, err := env.Config()
	if err != nil {
		return env.Wrong(err)
	}
	info, err := store.Restore(ctx, file, env.storeOptions(cfg, false, "restore"))
	if err != nil {
		return env.failed(err)
	}
	// Opening it destroys again what the list beside the key names.
	db, err := store.Open(ctx, env.storeOptions(cfg, false, "restore"))
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		return env.failed(err)
	}
	fmt.Fprintf(env.Stderr, "已恢复 %s 的备份：%s。建议随后运行 gongkai verify。\n", info.MadeAt.In(chinaTime()).Format("2006-01-02 15:04"), contents(info))
	return ExitDone
}

// chinaTime has had no summer time since 1991.
func chinaTime() *time.Location { return time.FixedZone("CST", 8*60*60) }

// contents says in words what a backup holds.
func contents(info store.BackupInfo) string {
	attachments := 0
	for _, f := range info.Files {
		if len(f.Name) > len("attachments/") && f.Name[:len("attachments/")] == "attachments/" {
			attachments++
		}
	}
	return fmt.Sprintf("办件 %d 件，登记事项 %d 项，附件 %d 个", info.Rows["cases"], info.Rows["events"], attachments)
}

func oneFile(command string, args []string) (string, error) {
	f, err := readFlags(command, args, nil, nil)
	if err != nil {
		return "", err
	}
	return f.one(command, "一个文件名", "gongkai "+command+" gongkai-20260529.tar.gz")
}
