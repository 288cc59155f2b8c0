package cases

import "testing"

func TestSettingsAreReadAsTyped(t *testing.T) {
	for _, x := range []struct{ key, typed, shown, wrong string }{
		{"phone", " 0591-0000 ", "0591-0000", ""}, {"supplement_term", "10", "10", ""}, {"supplement_term", "16", "", "x"}, {"supplement_term", "半个月", "", "x"},
		{"approval_chain", "科室负责人 审核人\n\n分管 领导 签发人", "科室负责人 审核人\n分管 领导 签发人", ""}, {"approval_chain", "无", "无", ""},
		{"approval_chain", "科长", "", "x"}, {"approval_chain", "科长 登记人员", "", "x"}, {"approval_chain", "a 审核人\nb 审核人\nc 审核人\nd 审核人\ne 审核人", "", "x"},
		{"fee_enabled", "yes", "是", ""}, {"fee_enabled", "也许", "", "x"}, {"court", "", "", ""},
	} {
		set, found := FindSetting(x.key)
		if !found {
			t.Fatalf("no setting %s", x.key)
		}
		value, err := set.Read(x.typed)
		if (err != nil) != (x.wrong != "") || err == nil && set.Show(value) != x.shown {
			t.Errorf("%s %q: %q %v", x.key, x.typed, set.Show(value), err)
		}
	}
}
