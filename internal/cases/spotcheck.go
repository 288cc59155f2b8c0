package cases

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strconv"
)

// SpotItem is one thing that a check of an answer looks at.
type SpotItem struct{ Code, Label, Hint string }

// SpotItems lists what is scored of an answer, each 2 (meets), 1 (in part), 0 (does
// not); what does not apply to a case is left out of its sum.
func SpotItems() []SpotItem {
	return []SpotItem{
		{"in_time", "期限", "在法定期限内答复；补正、延期、征求意见都有告知和凭证"},
		{"complete", "针对性", "逐项回应申请内容，没有遗漏或答非所问"},
		{"basis", "依据", "引用的条款与处理结果一致，条、款、项齐全"},
		{"reasons", "理由", "不予公开、不存在、不予处理的，说明了理由；不存在的有检索记录"},
		{"remedy", "救济告知", "复议机关、管辖法院、期限写得正确，应当复议前置的已写明"},
		{"form", "格式", "文号、日期、印章、称谓齐全，文字没有差错"},
		{"service", "送达", "有送达凭证，日期与登记一致"},
		{"privacy", "信息保护", "没有泄露第三方个人信息、商业秘密"},
	}
}

// MostSpotChecked is the most that one check draws.
const MostSpotChecked = 200

// Draw takes n of some cases at random, but always the same ones for the same
// cases, n and seed: those with the smallest SHA-256 of "seed:id", in that order,
// so that whoever doubts a check can draw it again with any tool. Each id comes
// once.
func Draw(ids []int64, n int, seed string) []int64 {
	pool := slices.Clone(ids)
	slices.Sort(pool)
	pool = slices.Compact(pool)
	rank := map[int64][sha256.Size]byte{}
	for _, id := range pool {
		rank[id] = sha256.Sum256([]byte(seed + ":" + strconv.FormatInt(id, 10)))
	}
	slices.SortFunc(pool, func(a, b int64) int {
		x, y := rank[a], rank[b]
		return bytes.Compare(x[:], y[:])
	})
	return pool[:min(n, len(pool))]
}

// Scores are the points of one answer by item; an item without points does not
// apply.
type Scores map[string]int

// Share is the points as a share of those that could be had, in hundredths of a
// percent; false if nothing was scored.
func (s Scores) Share() (hundredths int, ok bool) {
	got, most := 0, 0
	for _, x := range SpotItems() {
		if n, scored := s[x.Code]; scored {
			got, most = got+n, most+2
		}
	}
	if most == 0 {
		return 0, false
	}
	return (got*10000 + most/2) / most, true
}

// Check refuses points that there are not.
func (s Scores) Check() error {
	known := map[string]bool{}
	for _, x := range SpotItems() {
		known[x.Code] = true
	}
	for code, n := range s {
		if !known[code] || n < 0 || n > 2 {
			return refuse("评分应为各项目的符合、部分符合或不符合")
		}
	}
	if len(s) == 0 {
		return refuse("没有评分，至少评一项")
	}
	return nil
}
