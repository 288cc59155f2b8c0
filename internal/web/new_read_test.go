package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/internal/calendar"
)

// A clerk types days as they come: the year and the month may be missing, and
// what is missing is filled in from the last such day up to today.
func TestReadNearDay(t *testing.T) {
	on := calendar.MustParse("2026-11-24")
	for text, want := range map[string]string{
		"2026-5-29": "2026-05-29", "20260529": "2026-05-29", "2026年5月29日": "2026-05-29", "5.29": "2026-05-29", "0529": "2026-05-29",
		"5月29日": "2026-05-29", "12.31": "2025-12-31", "24": "2026-11-24", "29": "2026-10-29", "29日": "2026-10-29", "今天": "2026-11-24",
		"昨天": "2026-11-23", "１１／２０": "2026-11-20", "2026-11-20 09:13:05": "2026-11-20", "2.30": "", "32": "", "明天": "", "": "",
	} {
		got, ok := readNearDay(text, on)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %s %v, want %s", text, got, ok, want)
		}
	}
	january := calendar.MustParse("2026-01-05")
	if got, _ := readNearDay("29", january); got.String() != "2025-12-29" {
		t.Errorf("29 in January: %s", got)
	}
}

// A pasted piece of text is understood whole, with labels or without.
func TestReadBlock(t *testing.T) {
	for _, x := range []struct {
		name, text string
		want       block
	}{
		{"身份证和手机", "张小明 11010519491231002X 13900001111", block{name: "张小明", idNumber: "11010519491231002X", phone: "13900001111"}},
		{"面单", "张小明 139 0000 1111 福建省福州市示例区示例路1号2栋301室 350001",
			block{name: "张小明", phone: "13900001111", address: "福建省福州市示例区示例路1号2栋301室"}},
		{"身份证复印件", "姓名：张小明\n性别 男\n住址：福州市示例区示例路1号\n公民身份号码：11010519491231002x",
			block{name: "张小明", idNumber: "11010519491231002X", address: "福州市示例区示例路1号"}},
		{"单位", "单位名称：示例建设有限公司，统一社会信用代码：91350100M000100Y43，电话：0591-87654321，邮箱：a.b@example.com",
			block{name: "示例建设有限公司", idNumber: "91350100M000100Y43", phone: "0591-87654321", email: "a.b@example.com"}},
		{"只有姓名", "欧阳晓红", block{name: "欧阳晓红"}},
		{"空", "", block{}},
	} {
		if diff := cmp.Diff(x.want, readBlock(x.text), cmp.AllowUnexported(block{})); diff != "" {
			t.Errorf("%s: %s", x.name, diff)
		}
	}
}

// The text of a platform's page is recognised in each of the forms in which
// browsers copy it.
func TestReadPlatform(t *testing.T) {
	want := map[string]string{"platform_number": "FJ2026112400017", "platform_submitted": "2026-11-23 20:15:11", "platform_signed": "2026-11-24 08:31",
		"name": "张小明", "kind_word": "公民", "id_number": "11010519491231002X", "phone": "13900001111", "email": "a@example.com",
		"address": "福州市示例区示例路1号", "content": "示例路改造工程的批复文件\n及其附件", "form_word": "纸质", "way_word": "邮寄"}
	colon := `申请详情
申请编号：FJ2026112400017　　　
提交时间：2026-11-23 20:15:11
签收时间: 2026-11-24 08:31
申请人类型：公民
姓名：张小明
证件名称：身份证
证件号码：11010519491231002X
联系电话：13900001111
邮箱：a@example.com
通信地址：福州市示例区示例路1号
所需信息内容描述：示例路改造工程的批复文件
及其附件
提供方式：纸质
获取方式：邮寄
办理状态：待办理`
	cells := "申请编号\tFJ2026112400017\t提交时间\t2026-11-23 20:15:11\n签收时间\t2026-11-24 08:31\n申请人类型\t公民\t* 姓名\t张小明\n证件名称\t身份证\t证件号码\t11010519491231002X\n" +
		"联系电话\t13900001111\t邮箱\ta@example.com\n通信地址\t福州市示例区示例路1号\n所需信息内容描述\t示例路改造工程的批复文件\n及其附件\n提供方式\t纸质\t获取方式\t邮寄"
	below := "申请编号\nFJ2026112400017\n提交时间\n2026-11-23 20:15:11\n签收时间\n2026-11-24 08:31\n申请人类型\n公民\n姓名\n张小明\n证件名称\n身份证\n证件号码\n11010519491231002X\n联系电话\n13900001111\n" +
		"邮箱\na@example.com\n通信地址\n福州市示例区示例路1号\n所需信息内容描述\n示例路改造工程的批复文件\n及其附件\n提供方式\n纸质\n获取方式\n邮寄\n受理机关：\n示例市财政局"
	for name, text := range map[string]string{"冒号": colon, "表格": cells, "上下": below} {
		if diff := cmp.Diff(want, readPlatform(text)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
