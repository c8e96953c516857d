// Package gateway stands in front of a stack's functions as Amazon API Gateway and
// function URLs do in AWS. A request becomes an event, an [Invoker] runs the
// function, and what the function returns becomes the response.
//
// It serves REST APIs (events of payload format 1.0) and HTTP APIs (2.0, or
// 1.0 where a route asks for it) after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
// and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html,
// and function URLs (2.0) after https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html.
// Where AWS's documents, recordings of AWS, and reports of users disagree, the
// choice made here is one declaration in package disputed.
//
// The steps of one request:
//
//	table (Host) → target → route → caller → body → validator → event → Invoke → answer → Record
//	                          │       └─ Lambda authorizer        └─ not for MOCK answers
//	                          └─ preflights have their answer here
//
// A function URL with InvokeMode RESPONSE_STREAM, and a REST API's route with
// ResponseTransferMode STREAM, have the response sent while Invoke is under way; see
// answer.Stream.
//
// # Parts
//
// Below this package, from what came to what goes out:
//
//	target     paths and queries as clients write them
//	route      which route of the template a request meets
//	request    what came, with the route that it met; not changed by whoever reads it
//	caller     who sent it, and whether they may pass: one file for each way in
//	validator  whether it is as a REST API's request validator wants it
//	event      what the function is told
//	answer     how it is answered: results, streams, mocks, refusals by their cause
//	disputed   the questions that AWS leaves open
//
// and what knows no template: ids, media, policy, rawjson, result. What is HTTP and
// not API Gateway is package server's.
//
// In it: gateway.go is what users call, invoker.go what they give. exchange.go has
// the steps of a request, with preflight.go, body.go and connect.go; record.go says
// what became of it, and accesslog.go logs that. How kinds of API differ stands in
// tables indexed by the kind, those of this package and of most parts in kinds.go.
//
// What does not exist yet will stand here: a JWT authorizer, a Cognito one, SigV4, API
// keys and resource policies each in a file of caller; WebSocket APIs in a package
// websocket over caller and event; the inspector behind Config.Observe.
//
// # Statuses
//
// These answers are the gateway's own; everything else is the function's. Where
// two are given, the first is a REST API's, the second an HTTP API's.
//
//	400          framing that is ambiguous (RFC 9112 §6.3), a body that ends
//	             early, a TRACE with a body, a CONNECT without a port; a path
//	             that an HTTP API cannot decode; a request
//	             that a REST API's validator refuses: a required parameter that
//	             is missing, a body that is no JSON or does not match its model
//	204          a preflight of a page, for an HTTP API with CORS
//	401          the route wants a caller to be authorized: no or no valid
//	             identity, an authorizer that says "Unauthorized", or a kind of
//	             authorization that this host cannot check
//	403, 404     no route for this path and method
//	403          an authorizer's policy or answer denies; the route wants an API
//	             key or a signature, or has a resource policy; CONNECT to an address that the host does
//	             not dial, or without a function
//	408          a body that stopped arriving for 30 seconds
//	413          a body over 10 MB
//	414          a request target over 10,240 bytes, or for an authorizer 1,600
//	431          header fields over 10,240 bytes
//	500          base64 that cannot be decoded (REST); an integration that API
//	             Gateway cannot call, or of a function that the template does
//	             not have; an authorizer that fails, takes over 29 s (REST) or 10 s
//	             (HTTP API) or returns no valid output; a body whose model is no
//	             JSON Schema that can be checked (REST)
//	501          a function of a kind that the host does not run; a route that it
//	             does not serve: with another integration, or an error in the
//	             template; CONNECT over a protocol that cannot be turned into a tunnel
//	502, 500     a function error, or a result that is no valid response; an event
//	             that is longer than Lambda takes
//	502          a function that cannot be started; CONNECT: dialling went wrong
//	502, 503     a function that ran out of time, or has no concurrency left
//	504, 503     no result within the integration timeout (29 s, 30 s)
//	504          CONNECT: dialling took over 10 seconds
//
// A function URL answers as these, where it can: 403 to whoever comes to one with
// AWS_IAM, or to a Host of AWS's form (ID.lambda-url.REGION.on.aws) that is none's, 413 to a body over 6 MB and to an event that is longer than Lambda takes,
// 429 without concurrency left, 502 in plain text for a function that fails, runs
// out of time or gives no valid response. It has no integration timeout.
//
// A stream whose status was sent cannot be refused any more: where it fails, its
// connection, or in HTTP/2 its stream, is cut off. So is a response of which the
// client takes nothing for 30 seconds, and a stream that is not taken in its
// function's time.
//
// A REST API's GatewayResponses can give others in their place, except where the
// request is refused before its API is known.
//
// # Left out
//
// JWT, Cognito and IAM authorization, API keys and resource policies that do not let
// everybody in (their routes refuse every caller), conditions in authorizers' policies (they never allow), usage plans,
// mapping templates, WebSocket APIs, the pace of streams.
package gateway
