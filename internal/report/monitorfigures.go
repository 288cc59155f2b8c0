package report

// LeastForRate is the number of answers from which on a rate is said: of fewer, one
// case would decide it.
const LeastForRate = 5

// MostDays is the last class of working days: 60 and more.
const MostDays = 60

// MonitorFigures are what the monitor (电子监察) counts of an agency, or of several
// together. The first group is as of a day, the second of a period by the day on
// which things happened.
type MonitorFigures struct {
	Open, Late, Today, Soon, Waiting, Unassigned int64 // of the cases open on the day

	Received                               int64               // applications received in the period
	Closed                                 int64               // ended in it, in whatever way
	OnTime, LateAnswers                    int64               // answers given in it; endings that are no answers are left out
	Unjudged                               int64               // answers of which nothing tells whether they were late: in no rate
	Supplements, Consultations, Extensions int64               // of Closed: those in which the step was taken
	Ruled, Corrected                       int64               // reviews and suits decided in it, and those in which the answer was put right
	Members, Missing                       int64               // agencies, and those whose annual return is missing
	Days                                   [MostDays + 1]int64 // answers by working days taken
}

// Add sums two.
func (f *MonitorFigures) Add(g MonitorFigures) {
	for _, x := range [][2]*int64{{&f.Open, &g.Open}, {&f.Late, &g.Late}, {&f.Today, &g.Today}, {&f.Soon, &g.Soon}, {&f.Waiting, &g.Waiting}, {&f.Unassigned, &g.Unassigned},
		{&f.Received, &g.Received}, {&f.Closed, &g.Closed}, {&f.OnTime, &g.OnTime}, {&f.LateAnswers, &g.LateAnswers}, {&f.Unjudged, &g.Unjudged}, {&f.Supplements, &g.Supplements},
		{&f.Consultations, &g.Consultations}, {&f.Extensions, &g.Extensions}, {&f.Ruled, &g.Ruled}, {&f.Corrected, &g.Corrected}, {&f.Members, &g.Members}, {&f.Missing, &g.Missing}} {
		*x[0] += *x[1]
	}
	for i := range f.Days {
		f.Days[i] += g.Days[i]
	}
}

// Answers are those that the on-time rate is of.
func (f MonitorFigures) Answers() int64 { return f.OnTime + f.LateAnswers }

// OnTimeRate is the share of answers given in time, in hundredths of a percent,
// cut, so that one late answer never reads 100%; false if there are fewer than
// LeastForRate.
func (f MonitorFigures) OnTimeRate() (hundredths int64, ok bool) {
	if f.Answers() < LeastForRate {
		return 0, false
	}
	return f.OnTime * 10000 / f.Answers(), true
}

// Percentile is the number of working days within which a share (in percent) of
// the answers was given: the least that so many do not exceed. MostDays stands for
// that and more. false if there are fewer than LeastForRate.
func (f MonitorFigures) Percentile(percent int64) (days int, ok bool) {
	all := int64(0)
	for _, n := range f.Days {
		all += n
	}
	if all < LeastForRate {
		return 0, false
	}
	rank, below := (all*percent+99)/100, int64(0)
	for d, n := range f.Days {
		if below += n; below >= rank {
			return d, true
		}
	}
	return MostDays, true
}
