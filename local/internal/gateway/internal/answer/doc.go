// Package answer answers requests: with what a function returned, in one piece or
// while it is written, with what the template says, or with why it is refused.
//
//	Refusal ──Refuse──▶ gateway response? ──┐
//	payload ──Respond─▶ result? ──no─▶ Refuse ├──▶ head and body, as the client takes them
//	Invoke  ──Stream──▶ prelude? ──no─▶ Refuse┤
//	Mock ───────────────────────────────────┘
//
// Refusals are AWS's in status, fields and body; refusals.go has them by cause and
// kind of API, and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
// what a REST API's template can make of them.
//
// Mapping templates of integrations are left out, and the pace of streams. What a
// WebSocket API sends to its connections is none of this; the refusal of a handshake
// is.
package answer
