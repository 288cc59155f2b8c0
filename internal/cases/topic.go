package cases

import (
	"fmt"
	"slices"
	"strings"
)

// MostTopics bounds an agency's list: more are no help to whoever chooses.
const MostTopics = 40

// longestTopic is in characters.
const longestTopic = 20

// ParseTopics reads what applications are about (申请主题) as an agency lists it,
// one on each line. The error says, in Chinese, which line is wrong.
func ParseTopics(text string) ([]string, error) {
	var out []string
	for line := range strings.Lines(text) {
		topic := strings.TrimSpace(line)
		switch {
		case topic == "":
			continue
		case len([]rune(topic)) > longestTopic:
			return nil, fmt.Errorf("申请主题“%s”太长，最多%d字", topic, longestTopic)
		case topic == "-":
			return nil, fmt.Errorf("申请主题不能只写“-”")
		case slices.Contains(out, topic):
			return nil, fmt.Errorf("申请主题“%s”写了两次", topic)
		}
		out = append(out, topic)
	}
	if len(out) > MostTopics {
		return nil, fmt.Errorf("申请主题最多%d个，填写了%d个", MostTopics, len(out))
	}
	return out, nil
}
