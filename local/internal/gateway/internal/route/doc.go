// Package route finds the route of a template that a request meets, after
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
// and https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-create-api-step-by-step.html.
//
//	Host ──Tables.At──▶ Table ──Match──▶ Route
//
// A Table is what is served under one host name: all APIs merged, one API, or a
// function URL. What a route asks of requests before its function is left to who
// serves it.
package route
