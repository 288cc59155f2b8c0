package cases

import "gongkai/internal/calendar"

// Check holds an attempt against what its way needs, as of a day; before are the
// attempts of the same letter so far. A *Refused says what is missing.
func (s Service) Check(today calendar.Date, before []Service) error {
	if s.Way.code == "" {
		return refuse("没有选择送达方式")
	}
	for _, d := range []struct {
		on   calendar.Date
		word string
	}{{s.Posted, "交邮日期"}, {s.Sent, "发出日期"}, {s.Opened, "查阅日期"}, {s.Signed, "签收日期"}, {s.Published, "公告日期"}, {s.Failed, "退回或未送达的日期"}} {
		if d.on.After(today) {
			return refuse("%s%s在今天（%s）之后，只能登记已经发生的事", d.word, d.on.Chinese(), today.Chinese())
		}
	}
	if err := s.needs(); err != nil {
		return err
	}
	begins := s.begins()
	switch {
	case !s.Signed.IsZero() && s.Signed.Before(begins), !s.Opened.IsZero() && s.Opened.Before(begins), !s.Failed.IsZero() && s.Failed.Before(begins):
		return refuse("签收、查阅或退回的日期早于送出的日期%s", begins.Chinese())
	case (s.Failure == Failure{}) != s.Failed.IsZero():
		return refuse("没有送达的，退回（或得知未送达）的日期和原因要一起填写")
	case s.Failure != (Failure{}) && !s.Signed.IsZero() && s.Way != Left:
		return refuse("已经签收的不能又登记为没有送达；请核对签收日期")
	}
	return s.resort(before)
}

// needs: what each way must leave behind from the first moment.
func (s Service) needs() error {
	switch s.Way {
	case ByMail:
		switch {
		case s.Carrier != "ems" && s.Carrier != "registered":
			return refuse("政府信息公开答复应由邮政企业寄递（EMS、挂号信），不能交其他快递公司（邮政法第五十五条）")
		case s.Posted.IsZero():
			return refuse("没有填写交邮日期：邮寄的以交邮之日为答复之日（国办公开办函〔2016〕235号）")
		case s.Number == "":
			return refuse("没有填写邮件号；没有邮件号无法证明交邮")
		}
	case Electronic, OnPlatform:
		if s.Sent.IsZero() {
			return refuse("没有填写发出日期：电子方式以发送成功之日为答复之日")
		}
	case InHand, ByPickUp:
		if s.Signed.IsZero() && s.Failure == (Failure{}) {
			return refuse("没有填写签收日期：当面送交以签收之日为答复之日（国办公开办函〔2016〕235号）")
		}
		if s.By == "" && s.Failure == (Failure{}) {
			return refuse("没有填写签收人")
		}
	case Left:
		if s.Signed.IsZero() || s.By == "" {
			return refuse("留置送达应写明留置日期和两名见证人（或者拍照、录像的情况）")
		}
	case PublicNotice:
		if s.Published.IsZero() || s.By == "" {
			return refuse("公告送达应写明公告日期和公告的载体")
		}
	}
	return nil
}

// resort: leaving follows a refusal, public notice the failure of another way.
func (s Service) resort(before []Service) error {
	if !s.Way.LastResort() {
		return nil
	}
	for _, b := range before {
		if b.Place == s.Place || b.Failure == (Failure{}) {
			continue
		}
		if s.Way == PublicNotice || b.Failure.code == "refused" {
			return nil
		}
	}
	if s.Way == Left {
		return refuse("留置送达以受送达人拒绝签收为前提；请先登记拒收的那一次送达（民事诉讼法第八十九条）")
	}
	return refuse("公告送达以其他方式无法送达为前提；请先登记没有成功的送达（民事诉讼法第九十五条）")
}

// MaySend refuses a day of sending before the decision was signed.
func (c *Case) MaySend(on calendar.Date) error {
	if _, signed, ok := find[Approved](Timeline(c.Events, 0)); ok && on.Before(signed.On) {
		return refuse("送出的日期%s早于签发日期%s，请核对", on.Chinese(), signed.On.Chinese())
	}
	return nil
}

// Given makes the record of the case agree with how its answer was sent: the
// answer moves to the day on which it counts as given, and lateness with it; the
// service is recorded once it is proved. Attempts are those of the answer, by
// place. Facts taken over from a ledger stay. It reports whether the answer moved.
func (c *Case) Given(s Stamp, attempts []Service) (moved bool, err error) {
	a, e, answered := find[Answered](Timeline(c.Events, 0))
	if !answered || e.History {
		return false, nil
	}
	if by, ok := GivenBy(attempts, s.Today); ok && by.Given() != e.On {
		if err := c.MaySend(by.Given()); err != nil {
			return false, err
		}
		if err := c.Correct(s, e.Seq, by.Given(), a); err != nil {
			return false, err
		}
		moved = true
	}
	by, ok := ProvedBy(attempts, s.Today)
	f, old, served := find[Served](Timeline(c.Events, 0))
	switch {
	case !ok:
		return moved, nil
	case !served:
		return moved, c.Serve(s, by.Proved(), by.Way.code)
	case old.On != by.Proved() || f.Way != by.Way.code:
		return moved, c.Correct(s, old.Seq, by.Proved(), Served{Way: by.Way.code})
	}
	return moved, nil
}
