package store

// purgeLetters empties the texts of the case's letters, sealed under the key that
// goes with them, and why one was voided. Numbers and days stay: the series of
// letters has no gap.
func (t *tx) purgeLetters(r caseRow) error {
	var letters []letterRow
	if err := t.Select(&letters, "SELECT "+letterColumns+" FROM letters WHERE case_id = ? ORDER BY place", r.ID); err != nil {
		return err
	}
	for _, l := range letters {
		l.Reason = ""
		if _, err := t.Exec("UPDATE letters SET reason = '', mac = ? WHERE uid = ?", t.letterMAC(l), l.UID); err != nil {
			return err
		}
		var texts []letterTextRow
		if err := t.Select(&texts, "SELECT "+letterTextColumns+" FROM letter_texts WHERE uid = ? ORDER BY version", l.UID); err != nil {
			return err
		}
		for _, x := range texts {
			x.Body, x.DOCX = []byte{}, nil
			if _, err := t.Exec("UPDATE letter_texts SET body = ?, docx = NULL, mac = ? WHERE uid = ? AND version = ?", x.Body, t.letterTextMAC(x), x.UID, x.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// purgeServices empties who signed for what was sent.
func (t *tx) purgeServices(r caseRow) error {
	var rows []serviceRow
	if err := t.Select(&rows, "SELECT "+serviceColumns+" FROM services WHERE case_id = ? ORDER BY place", r.ID); err != nil {
		return err
	}
	for _, x := range rows {
		x.Signer = ""
		if _, err := t.Exec("UPDATE services SET signer = '', mac = ? WHERE case_id = ? AND place = ?", t.serviceMAC(x), x.CaseID, x.Place); err != nil {
			return err
		}
	}
	return nil
}

// purgeSupervision empties what was written about the case from above: orders with
// their replies, remarks of spot checks. Numbers, days and scores stay.
func (t *tx) purgeSupervision(r caseRow) error {
	var orders []orderRow
	if err := t.Select(&orders, "SELECT "+orderColumns+" FROM supervision_orders WHERE case_id = ? ORDER BY id", r.ID); err != nil {
		return err
	}
	for _, o := range orders {
		o.Content, o.Reply, o.Verdict = "", "", ""
		if _, err := t.Exec("UPDATE supervision_orders SET content = '', reply = '', verdict = '', mac = ? WHERE id = ?", t.orderMAC(o), o.ID); err != nil {
			return err
		}
	}
	var checks []spotCaseRow
	if err := t.Select(&checks, "SELECT "+spotCaseColumns+" FROM spot_check_cases WHERE case_id = ? ORDER BY check_id", r.ID); err != nil {
		return err
	}
	for _, x := range checks {
		x.Remark = ""
		if _, err := t.Exec("UPDATE spot_check_cases SET remark = '', mac = ? WHERE check_id = ? AND place = ?", t.spotCaseMAC(x), x.CheckID, x.Place); err != nil {
			return err
		}
	}
	return nil
}
