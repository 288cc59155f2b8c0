package report

import "fmt"

// Column is a place in a row of table 三: 0 to 5 are the kinds of applicant, 6 is
// the total.
type Column int

// The columns of table 三.
const (
	Natural Column = iota
	Commercial
	Research
	PublicWelfare
	LegalService
	OtherKind
	TotalColumn
)

// Columns is the number of figures in a row of table 三.
const Columns = 7

var columnNames = [Columns][2]string{
	{"natural", "自然人"}, {"commercial", "商业企业"}, {"research", "科研机构"},
	{"public_welfare", "社会公益组织"}, {"legal_service", "法律服务机构"},
	{"other", "其他"}, {"total", "总计"},
}

// Code gives the column's key in JSON, e.g. "natural".
func (c Column) Code() string { return columnNames[c][0] }

// Label gives the column's official heading.
func (c Column) Label() string { return columnNames[c][1] }

// RowKey names a row of table 三. The zero value is no row.
type RowKey struct{ key string }

// The rows outside 三、本年度办理结果, and its total.
var (
	RowNew        = RowKey{"new"}
	RowCarriedIn  = RowKey{"carried_in"}
	RowTotal      = RowKey{"total"}
	RowCarriedOut = RowKey{"carried_out"}
)

// Group is one of the six kinds of result in 三、本年度办理结果, e.g. "withhold".
type Group struct{ key string }

// The groups of results, in the order of the form.
var (
	GroupDisclose     = Group{"disclose"}
	GroupPartial      = Group{"partial"}
	GroupWithhold     = Group{"withhold"}
	GroupUnable       = Group{"unable"}
	GroupNotProcessed = Group{"not_processed"}
	GroupOther        = Group{"other"}
)

type groupInfo struct {
	group Group
	label string // official heading without its number
	mark  string
}

var groupTable = []groupInfo{
	{GroupDisclose, "予以公开", "（一）"}, {GroupPartial, "部分公开", "（二）"},
	{GroupWithhold, "不予公开", "（三）"}, {GroupUnable, "无法提供", "（四）"},
	{GroupNotProcessed, "不予处理", "（五）"}, {GroupOther, "其他处理", "（六）"},
}

// Groups lists the six groups in the order of the form.
func Groups() []Group {
	var out []Group
	for _, g := range groupTable {
		out = append(out, g.group)
	}
	return out
}

// String gives the code.
func (g Group) String() string { return g.key }

// IsZero reports whether g is no group.
func (g Group) IsZero() bool { return g.key == "" }

// Name gives the heading without its number, e.g. 不予公开.
func (g Group) Name() string { return g.info().label }

// Label gives the official heading, e.g. （三）不予公开.
func (g Group) Label() string { i := g.info(); return i.mark + i.label }

func (g Group) info() groupInfo {
	for _, i := range groupTable {
		if i.group == g {
			return i
		}
	}
	return groupInfo{}
}

type rowInfo struct {
	key   RowKey
	group Group  // none outside the results
	label string // as the form prints it in the row's own cell
	only  Format // the one format that has the row; none: both
}

var rowTable = []rowInfo{
	{key: RowNew, label: "一、本年新收政府信息公开申请数量"},
	{key: RowCarriedIn, label: "二、上年结转政府信息公开申请数量"},
	{RowKey{"disclose"}, GroupDisclose, "（一）予以公开", Format{}},
	{RowKey{"partial"}, GroupPartial, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", Format{}},
	{RowKey{"withhold.state_secret"}, GroupWithhold, "1.属于国家秘密", Format{}},
	{RowKey{"withhold.law_forbids"}, GroupWithhold, "2.其他法律行政法规禁止公开", Format{}},
	{RowKey{"withhold.security_stability"}, GroupWithhold, "3.危及“三安全一稳定”", Format{}},
	{RowKey{"withhold.third_party"}, GroupWithhold, "4.保护第三方合法权益", Format{}},
	{RowKey{"withhold.internal_affairs"}, GroupWithhold, "5.属于三类内部事务信息", Format{}},
	{RowKey{"withhold.process_info"}, GroupWithhold, "6.属于四类过程性信息", Format{}},
	{RowKey{"withhold.enforcement_file"}, GroupWithhold, "7.属于行政执法案卷", Format{}},
	{RowKey{"withhold.admin_query"}, GroupWithhold, "8.属于行政查询事项", Format{}},
	{RowKey{"unable.not_held"}, GroupUnable, "1.本机关不掌握相关政府信息", Format{}},
	{RowKey{"unable.needs_creation"}, GroupUnable, "2.没有现成信息需要另行制作", Format{}},
	{RowKey{"unable.still_unclear"}, GroupUnable, "3.补正后申请内容仍不明确", Format{}},
	{RowKey{"not_processed.petition"}, GroupNotProcessed, "1.信访举报投诉类申请", Format{}},
	{RowKey{"not_processed.repeat"}, GroupNotProcessed, "2.重复申请", Format{}},
	{RowKey{"not_processed.publication"}, GroupNotProcessed, "3.要求提供公开出版物", Format{}},
	{RowKey{"not_processed.excessive"}, GroupNotProcessed, "4.无正当理由大量反复申请", Format{}},
	{RowKey{"not_processed.confirm_reissue"}, GroupNotProcessed, "5.要求行政机关确认或重新出具已获取信息", Format{}},
	{RowKey{"other"}, GroupOther, "（六）其他处理", Format2019},
	{RowKey{"other.no_supplement"}, GroupOther, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", Format2021},
	{RowKey{"other.fee_unpaid"}, GroupOther, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", Format2021},
	{RowKey{"other.misc"}, GroupOther, "3.其他", Format2021},
	{key: RowTotal, label: "（七）总计"},
	{key: RowCarriedOut, label: "四、结转下年度继续办理"},
}

// ResultsLabel heads the result rows of table 三.
const ResultsLabel = "三、本年度办理结果"

// IdentityNote is the remark that the form prints in the head of table 三.
const IdentityNote = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

// ParseRow reads a row key of either format.
func ParseRow(key string) (RowKey, error) {
	for _, r := range rowTable {
		if r.key.key == key {
			return r.key, nil
		}
	}
	return RowKey{}, fmt.Errorf("表三中没有“%s”这一行", key)
}

// Rows lists all rows of the form that carry figures, top to bottom.
func (f Format) Rows() []RowKey {
	var out []RowKey
	for _, r := range rowTable {
		if r.only.IsZero() || r.only == f {
			out = append(out, r.key)
		}
	}
	return out
}

// ResultRows lists the rows whose sum is （七）总计: 19 in the form of 2019, 21 in
// that of 2021.
func (f Format) ResultRows() []RowKey {
	var out []RowKey
	for _, k := range f.Rows() {
		if !k.Group().IsZero() {
			out = append(out, k)
		}
	}
	return out
}

func (k RowKey) info() rowInfo {
	for _, r := range rowTable {
		if r.key == k {
			return r
		}
	}
	return rowInfo{}
}

// String gives the row's key, e.g. "withhold.state_secret".
func (k RowKey) String() string { return k.key }

// IsZero reports whether k is no row.
func (k RowKey) IsZero() bool { return k.key == "" }

// Group gives the group that the row belongs to, none for 一, 二, （七） and 四.
func (k RowKey) Group() Group { return k.info().group }

// Label gives the official label of the row's own cell, e.g. 1.属于国家秘密.
func (k RowKey) Label() string { return k.info().label }

// Path gives the label with what stands over it: 三（三）1.属于国家秘密.
func (k RowKey) Path() string {
	i := k.info()
	switch {
	case k == RowTotal:
		return "三" + i.label
	case i.group.IsZero():
		return i.label
	case i.group == GroupPartial:
		return "三" + i.group.Label() // without the remark
	case i.label == i.group.Label():
		return "三" + i.label
	}
	return "三" + i.group.info().mark + i.label
}

// MarshalText writes the key.
func (k RowKey) MarshalText() ([]byte, error) { return []byte(k.key), nil }

// UnmarshalText reads a key.
func (k *RowKey) UnmarshalText(b []byte) (err error) {
	*k, err = ParseRow(string(b))
	return err
}
