//go:build race

package gateway

// The race detector makes everything an order of magnitude slower, and what is
// tried here is what events say, in one goroutine.
const roundTrips = 2_000
