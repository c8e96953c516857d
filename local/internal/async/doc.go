// Package async is Lambda's queue of asynchronous invocations: it takes events
// that nobody waits for, runs their functions, tries again where these fail, and
// passes on what came of it.
//
//	Enqueue ─▶ store ─▶ due ─▶ attempt ─┬─ succeeded ─────────▶ OnSuccess
//	             ▲                      ├─ failed, to be tried
//	             └──── due later ◀──────┤  again
//	                                    └─ failed for good ───▶ OnFailure, dead letter
//
// What defines it: "Invoking a Lambda function asynchronously", "How Lambda
// handles errors and retries with asynchronous invocation" and "Capturing records
// of Lambda asynchronous invocations" of the AWS Lambda Developer Guide.
//
// # What is kept, and when
//
// Events lie in one bbolt file, in a bucket for each function, ordered by when
// they are due: the next one is the first of its bucket, so that a hundred
// thousand of them take no more memory than ten. Only those in delivery, a few
// for each function, are read.
//
// Enqueue returns when its event is on disk and the disk was told to write it
// out (fsync), so that an accepted event outlives the host, kill -9, and the
// machine's power. An fsync is what takes time; callers at the same time share
// one. What can go wrong between two commits:
//
//   - before that of Enqueue: the caller got no answer, and no event is kept
//   - after it, before the answer: the event is kept, though its caller may not
//     know and send it again
//   - after an attempt, before its outcome's: the event is attempted again under
//     its request ID, and its message to a queue or topic is written twice
//
// So each event is delivered at least once. Their order is not promised, as on
// AWS. An event goes to a function as its destination in the commit that removes
// the event it comes from: neither is lost, neither doubled.
//
// # Qualifiers
//
// An event keeps the version or the alias that it was invoked by: its attempts run
// that, records name it, and what becomes of it is for that one's configuration. As
// on AWS an alias does not have the configuration of its version, nor of $LATEST: one
// without any has the defaults. Only the dead-letter queue is the same for all (see
// lambda.Function.EventInvokeConfig). All events of a function wait in one bucket and share
// its concurrency.
//
// # What is different here
//
// An event older than MaximumEventAge gets one attempt nevertheless, if it had
// none: it may have waited for a host to be started, or for its function to be there.
// Where the function refuses it, as by a throttle, its age counts from then. Events of
// functions that the template does not have are kept until it has them again, in the
// same host (see Queue.Replace) or in another; another template of the folder may. SQS, SNS, EventBridge and S3 are not there: what is for them is
// appended to a file, see Message. A function that is a destination runs as $LATEST,
// whatever qualifier the destination's ARN has. Left out are metrics and the detection
// of recursive loops. The file does not shrink; its free pages are used again.
package async
