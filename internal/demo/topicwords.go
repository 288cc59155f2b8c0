package demo

import "strings"

// topicWords are the topics that the demonstration's city tells apart, each with
// words by which its made-up applications are told; the first that fits counts.
var topicWords = []struct {
	topic string
	words []string
}{
	{"征地拆迁", []string{"征收", "征地", "补偿", "安置", "拆除", "拆迁"}},
	{"规划建设", []string{"规划", "施工", "竣工", "工程", "设计", "旧改"}},
	{"房屋物业", []string{"房屋", "物业", "公房", "预售", "小区"}},
	{"财政资金", []string{"资金", "经费", "预算", "决算", "采购", "收费"}},
	{"行政执法", []string{"处罚", "投诉", "举报", "违法", "处警", "监督"}},
	{"教育社保", []string{"小学", "中学", "教师", "工伤", "养老", "退休", "低保"}},
}

// Topics lists them in their order.
func Topics() []string {
	var out []string
	for _, t := range topicWords {
		out = append(out, t.topic)
	}
	return out
}

// TopicOf tells what a text is about, "" where none of the words fits.
func TopicOf(content string) string {
	for _, t := range topicWords {
		for _, w := range t.words {
			if strings.Contains(content, w) {
				return t.topic
			}
		}
	}
	return ""
}
