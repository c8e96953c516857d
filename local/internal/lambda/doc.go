// Package lambda runs functions as AWS Lambda does: each in execution
// environments that are processes of this machine, one invocation at a time in
// each, driven over the Lambda Runtime API.
//
//	Run ─▶ pool ─┬─ idle environment ────────────────┐
//	             └─ new environment: init phase ─────┤
//	                                                 ▼
//	                 invoke phase: the runtime's pending `next` is answered with
//	                 the event, its `response` or `error` is the outcome
//	                                                 │
//	             pool ◀── kept warm ── answered ─────┤
//	                      killed  ──── timed out, crashed
//
// The goroutine that called Run reads and writes the runtime's connection
// itself (see package runtimeapi, the wire to a runtime, which knows no pool);
// there is no server goroutine between them.
//
// Functions can be replaced while they run: see Lambda.Replace. The pool is keyed by
// their logical IDs, and an environment belongs to one code of a function.
//
// What defines it: "Using the Lambda runtime API for custom runtimes",
// "Understanding the Lambda execution environment lifecycle" and "Invoke" of
// the AWS Lambda Developer Guide and API Reference.
//
// Left out: extensions and the Telemetry API, and the pace of 2 MB/s at which AWS
// sends a stream after its first 6 MB. An environment is no security boundary: it is a process
// of the host's user, and its /tmp is the machine's.
package lambda
