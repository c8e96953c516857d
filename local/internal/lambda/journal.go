package lambda

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"io"
	"time"
)

// journal writes the log: what functions print and what the platform says of
// them, each line under the function's logical ID. A function's line has a bar
// behind the name, the platform's has none, so that neither passes for the other.
//
//	Get START RequestId: 8476a536-e9f4-11e8-9739-2dfe598c3fcd Version: $LATEST
//	Get | hello from the function
type journal struct {
	w io.Writer // gets whole lines, in one Write each or several at once
}

// platform writes what the platform has to say of a function.
func (j *journal) platform(f *Function, events ...event) { j.write(f, nil, events) }

// invocation writes what the platform has to say of an invocation.
func (j *journal) invocation(i *invocation, events ...event) { j.write(i.f, i.tail, events) }

func (j *journal) write(f *Function, t *tail, events []event) {
	b := make([]byte, 0, 320)
	for _, e := range events {
		if line := f.line(e); line != "" {
			t.add(line)
			b = append(append(append(append(b, f.LogicalID...), ' '), line...), '\n')
		}
	}
	if len(b) > 0 {
		_, _ = j.w.Write(b)
	}
}

// function writes what a function printed, without its line end.
func (j *journal) function(f *Function, line []byte) {
	b := make([]byte, 0, len(f.LogicalID)+len(line)+4)
	b = append(append(b, f.LogicalID...), " | "...)
	_, _ = j.w.Write(append(appendPrintable(b, line), '\n'))
}

// appendPrintable appends a line without what could write over other lines of a
// terminal: control characters, those of C1 too, are shown as \x1b, save tabs and
// the escape sequences that set colours (ECMA-48 §8.3.117, SGR). Colours end with
// the line.
func appendPrintable(b, line []byte) []byte {
	coloured := false
	for i := 0; i < len(line); i++ {
		c := line[i]
		if n := colour(line[i:]); n > 0 {
			b, coloured = append(b, line[i:i+n]...), true
			i += n - 1
			continue
		}
		switch {
		case c == 0xc2 && i+1 < len(line) && line[i+1] >= 0x80 && line[i+1] < 0xa0: // U+0080–U+009F in UTF-8
			b = append(b, '\\', 'x', hexDigits[line[i+1]>>4], hexDigits[line[i+1]&15])
			i++
		case c < ' ' && c != '\t' || c == 0x7f:
			b = append(b, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	if coloured {
		b = append(b, "\x1b[0m"...)
	}
	return b
}

const hexDigits = "0123456789abcdef"

// colour returns the length of the SGR sequence that b begins with, or 0.
func colour(b []byte) int {
	if !bytes.HasPrefix(b, []byte("\x1b[")) {
		return 0
	}
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// initialized tells how an init phase ended, and how long it took.
func (j *journal) initialized(e *environment, phase initPhase, d time.Duration, s status) {
	i := initialized{e.how, phase.name}
	j.platform(e.f, initRuntimeDone{i, s}, initReport{i, s, initMetrics{inMilliseconds(d)}})
}

// start tells that an invocation begins, once: one that comes to a second
// environment, because the first had died, is the same.
func (j *journal) start(i *invocation) {
	if i.started {
		return
	}
	i.started = true
	j.invocation(i, invokeStart{i.id, i.Version})
}

// within gives the figures of an invocation with an outcome as its REPORT line has
// them: none is more than the limit that has ended it.
func (u Usage) within(f *Function, o outcome) Usage {
	if o.timedOut {
		u.Duration = f.Timeout
	}
	if limit := int64(f.MemorySize) << 20; o.outOfMemory || u.PeakMemory > limit {
		u.PeakMemory = limit // of which a process may have had little, and files the rest
	}
	return u
}

// end tells that an invocation has ended, and what it took. Billed duration includes the init phase (AWS Lambda
// pricing, since August 2025).
//
// A text log goes on with what the platform has to say of its failure: the message
// and the type of error, on a line each, as the log tail in
// https://github.com/aws/aws-lambda-dotnet/issues/480 has them.
func (j *journal) end(i *invocation, u Usage, o outcome) {
	u = u.within(i.f, o)
	i.usage = u
	metrics := reportMetrics{
		Duration: inMilliseconds(u.Duration), Billed: billed(u.Duration + u.InitDuration),
		MemorySize: i.f.MemorySize, MaxMemory: (u.PeakMemory + 1<<20 - 1) >> 20,
		InitDuration: inMilliseconds(u.InitDuration),
	}
	done := runtimeMetrics{Duration: metrics.Duration, ProducedBytes: i.produced(o)}
	j.invocation(i, runtimeDone{i.id, o.status(), done}, report{i.id, metrics, o.status()})
	if o.message != "" {
		j.invocation(i, remark(o.message), remark(o.ErrorType))
	}
}

// newLogStream returns the random part of a log stream's name.
func newLogStream() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
