package report

// Chart is a figure of the document: bars from 0, each with its value. What it
// shows stands in the text or the tables too.
type Chart struct {
	Title string // says what is seen, e.g. 申请渠道：网络申请占46.46%
	Unit  string // 件
	Bars  []Part
	Note  string // why the shares do not add up, where they do not
}
