package web

import "net/http"

// paperRoutes are those of service, papers and bundles.
func (s *Server) paperRoutes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/services", staff(servers()...), smallBody, s.listWaiting},
		{get, "/cases/:id/services", working(), smallBody, s.askServices},
		{post, "/cases/:id/services", working(), fileBody, s.doServe},
		{get, "/cases/:id/release", working(), smallBody, s.askRelease},
		{post, "/cases/:id/release", working(), smallBody, s.doRelease},
		{get, "/cases/:id/bundle", working(), smallBody, s.askBundle},
		{post, "/cases/:id/bundle", working(), smallBody, s.makeBundle},
		{post, "/cases/:id/scans", working(), smallBody, s.takeScans},
		{get, "/cases/:id/files/:place/small", working(), smallBody, s.sendSmall},
		{get, "/archive", staff(servers()...), smallBody, s.askArchive},
		{post, "/archive", working(), smallBody, s.makeArchive},
		{get, "/bundle", loopbackOrIn(), smallBody, s.askBundleCheck},
		{post, "/bundle", loopbackOrIn(), bundleBody, s.doBundleCheck},
	}
}

// paperActs names what the audit chains hold of service, papers and bundles.
func paperActs() []auditWord {
	return []auditWord{{"service_recorded", "登记送达"}, {"service_changed", "更改送达登记"}, {"release_confirmed", "确认可以公开"}, {"released", "提供信息"}, {"bundle_made", "制作举证材料"}}
}

// paperObjects names what those entries are about.
func paperObjects() []auditWord { return nil }
