package web

import (
	"net/http"

	"gongkai/internal/auth"
)

// backupRoutes are those of backups and drills.
func (s *Server) backupRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/admin/backups", adminsOrAlone(auth.SystemAdmin), smallBody, s.showBackups},
		{post, "/admin/backups", adminsOrAlone(auth.SystemAdmin), smallBody, s.doBackups},
		{get, "/admin/backups/drills/:id", adminsOrAlone(auth.SystemAdmin), smallBody, s.showDrill},
	}
}

// backupActs names what the audit chains hold of backups and drills.
func backupActs() []auditWord {
	return []auditWord{{"backup_made", "备份"}, {"backup_failed", "备份失败"}, {"backup_removed", "删除到期备份"}, {"drill_begun", "开始恢复演练"}, {"drill_done", "恢复演练"}}
}

// backupObjects names what those entries are about.
func backupObjects() []auditWord { return []auditWord{{"backup", "备份"}, {"drill", "恢复演练"}} }
