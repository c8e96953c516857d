// Package response reads what API Gateway answers by itself, without a function: CORS
// preflights, MOCK integrations and the answers to errors. See
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html and
// https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html.
//
// Mapping templates are not evaluated: a body is sent as it stands, and of header
// fields only those with fixed values, which AWS writes in single quotes.
package response
