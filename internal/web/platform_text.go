package web

import (
	"regexp"
	"slices"
	"strings"
)

// platformLabels are the names that provinces' platforms give to the fields of
// their detail page, and our field for each.
func platformLabels() map[string][]string {
	return map[string][]string{
		"platform_number":    {"申请编号", "受理编号", "申请单号", "业务编号", "流水号", "申请件编号", "查询编号", "编号"},
		"platform_submitted": {"提交时间", "申请时间", "申请日期", "提交日期", "填报时间"},
		"platform_signed":    {"签收时间", "接收时间", "签收日期", "收件时间", "受理时间", "确认时间"},
		"name":               {"申请人姓名", "申请人", "姓名", "申请人名称", "单位名称", "法人名称", "申请人姓名或名称", "姓名/名称", "法人或其他组织名称", "机构名称"},
		"id_number":          {"证件号码", "身份证号", "身份证号码", "公民身份号码", "统一社会信用代码", "组织机构代码", "证照号码"},
		"phone":              {"联系电话", "手机号码", "手机", "电话", "联系方式", "固定电话", "移动电话"},
		"email":              {"电子邮箱", "邮箱", "电子邮件", "E-mail", "Email"},
		"address":            {"通信地址", "通讯地址", "联系地址", "邮寄地址", "地址", "住址"},
		"kind_word":          {"申请人类型", "申请人类别", "申请人性质", "用户类型", "申请类型"},
		"contact":            {"联系人", "联系人姓名", "经办人"},
		"agent_name":         {"代理人姓名", "代理人", "委托代理人"},
		"content": {"所需信息内容描述", "所需政府信息内容描述", "所需信息的内容描述", "所需政府信息的内容描述", "信息内容描述", "申请内容", "内容描述",
			"所需信息描述", "所需政府信息", "申请公开的政府信息内容", "所需信息名称", "信息名称"},
		"file_number": {"文号", "所需信息文号", "信息文号", "索引号", "信息索引号"},
		"form_word":   {"提供方式", "所需信息的指定提供方式", "信息的指定提供方式", "指定提供方式", "形式要求", "信息提供方式", "载体形式"},
		"way_word":    {"获取方式", "获取信息的方式", "获取信息方式", "送达方式", "领取方式", "所需信息的获取方式"},
		"":            {"证件名称", "证件类型", "邮政编码", "邮编", "所需信息的用途", "用途", "申请时效", "工作单位", "法定代表人", "办理状态", "状态", "受理机关", "受理单位", "传真", "附件", "处理结果", "操作"},
	}
}

var (
	labelSigns = regexp.MustCompile(`[\s*＊]+`)
	wideGap    = regexp.MustCompile(`\t+|\s{3,}`)
)

// readPlatform recognises the fields of a platform's detail page that was copied
// as text: "label：value", label and value in neighbouring cells, or the value on
// the lines below its label.
func readPlatform(text string) map[string]string {
	out, label, known := map[string]string{}, "", false
	names := labelNames()
	for _, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		cells := wideGap.Split(strings.TrimSpace(line), -1)
		for _, cell := range cells {
			if field, rest, ok := readLabel(names, cell); ok {
				label, known = field, true
				setField(out, field, rest, true)
			} else if known {
				setField(out, label, cell, label == "content")
			}
		}
	}
	delete(out, "")
	return out
}

// setField keeps a value; a second line is joined on where the field may have
// several, else left alone.
func setField(out map[string]string, field, value string, join bool) {
	value = strings.TrimSpace(value)
	switch {
	case value == "":
	case out[field] == "":
		out[field] = value
	case join && field == "content":
		out[field] += "\n" + value
	}
}

// labelName is one name of a field.
type labelName struct{ text, field string }

// labelNames lists every name, longest first, so that 申请人类型 is not read as
// 申请人.
func labelNames() []labelName {
	var out []labelName
	for field, names := range platformLabels() {
		for _, n := range names {
			out = append(out, labelName{n, field})
		}
	}
	slices.SortFunc(out, func(a, b labelName) int {
		if d := len(b.text) - len(a.text); d != 0 {
			return d
		}
		return strings.Compare(a.text, b.text)
	})
	return out
}

// readLabel reads a cell that begins with a label: alone, or with its value
// behind a colon.
func readLabel(names []labelName, cell string) (field, rest string, ok bool) {
	head, value, colon := cutColon(cell)
	head = labelSigns.ReplaceAllString(head, "")
	for _, n := range names {
		if head == n.text {
			return n.field, value, true
		}
	}
	// A label that no list knows ends the value before it all the same.
	return "", "", colon && value == "" && len([]rune(head)) <= 12 && len(head) > 0
}

func cutColon(cell string) (head, rest string, found bool) {
	i := strings.IndexAny(cell, ":：")
	if i < 0 {
		return cell, "", false
	}
	rest = strings.TrimPrefix(strings.TrimPrefix(cell[i:], "："), ":")
	return cell[:i], rest, true
}
