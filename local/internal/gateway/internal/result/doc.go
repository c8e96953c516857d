// Package result reads what functions return to Lambda proxy integrations and
// function URLs, in one piece or at the head of a stream:
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
// https://docs.aws.amazon.com/lambda/latest/dg/response-streaming.html
//
//	bytes ──Read──▶ Result ──judged by its kind of API──▶ Complete ──▶ a head to send
//
// What each kind of API makes of a result is left to its user.
package result
