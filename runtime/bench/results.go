package main

import "slices"

// key names a series of measurements.
type key struct {
	size int
	op   string
	peer string
}

// batched is the key of the same operation in transactions of batchSize.
func (k key) batched() key {
	k.op = batched(k.op)
	return k
}

// What is measured besides operations.
const (
	opBytes = "bytes"
	opGC    = "gc"
)

// results are all measurements of a run: nanoseconds for an operation, bytes
// for a record.
type results map[key][]float64

func (r results) add(k key, v float64) { r[k] = append(r[k], v) }

// median returns the median of a series, and false if nothing was measured.
func (r results) median(k key) (float64, bool) { return median(r[k]) }

// ratio returns the median of what one series is divided by another, round by round,
// as far as both were measured: what slows the machine for minutes slows both.
func (r results) ratio(k, by key) (float64, bool) {
	var ratios []float64
	for i, v := range r[by][:min(len(r[k]), len(r[by]))] {
		ratios = append(ratios, r[k][i]/v)
	}
	return median(ratios)
}

func median(values []float64) (float64, bool) {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	if n == 0 {
		return 0, false
	}
	return (values[(n-1)/2] + values[n/2]) / 2, true
}

// fastest is the fastest way of an operation, by the median, and what that takes.
func (r results) fastest(k key) (way key, took float64, ok bool) {
	for _, op := range []string{k.op, batched(k.op), together(k.op)} {
		k.op = op
		if v, has := r.median(k); has && (!ok || v < took) {
			way, took, ok = k, v, true
		}
	}
	return way, took, ok
}
