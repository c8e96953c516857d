//go:build !race

package gateway

// roundTrips is how many random requests each format is tried with.
const roundTrips = 100_000
