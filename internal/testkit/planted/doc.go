// Package planted makes up documents to judge the check before release by: some
// with one personal number planted in them, some clean but full of numbers that
// look like one. It is for tests alone, has its own grammar and its own check
// digits, and knows nothing of the detector.
package planted
