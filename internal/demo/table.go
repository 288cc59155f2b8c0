package demo

import (
	_ "embed"
	"encoding/json"
)

//go:embed fuzhou-2019.json
var publishedJSON []byte

// published is what the generator reads of Fuzhou's report for 2019. Rows hold
// the six kinds of applicant in the order of table 三, then their sum.
type published struct {
	Applications struct {
		New        [7]int
		CarriedIn  [7]int `json:"carried_in"`
		Results    map[string][7]int
		CarriedOut [7]int `json:"carried_out"`
	}
	Remedies  map[string]map[string]int
	Narrative struct {
		Channels map[string][2]float64
		Levels   map[string]int `json:"received_by_level"`
	}
}

func readPublished() published {
	var p published
	if err := json.Unmarshal(publishedJSON, &p); err != nil {
		panic(err) // the table is part of the program
	}
	return p
}

// leaf is an outcome below a row of the table, and its share of the row.
type leaf struct {
	code  string
	share int
}

// leaves says how the rows that join several outcomes are taken apart; every
// other row of the table is an outcome itself. The report does not say: shares
// are made up.
func leaves(row string) []leaf {
	switch row {
	case "disclose":
		return []leaf{{"disclose.already_public", 310}, {"disclose.provided", 476}}
	case "unable.not_held":
		return []leaf{{"unable.nonexistent", 521}, {"unable.other_agency", 478}, {"unable.archived", 36}}
	case "other":
		return []leaf{{"other.withdrawn", 52}, {"other.no_supplement", 31}, {"other.not_gov_info", 17},
			{"other.consultation", 16}, {"other.misc", 5}, {"other.unreachable", 3}}
	}
	return []leaf{{row, 1}}
}
