// Package processtest has what tests ask of the process that they run in.
package processtest
