// The client of the Runtime API, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html,
// over one connection that is kept open.

import http from 'node:http';

import { errorObject } from './errors.mjs';

const API = '/2018-06-01/runtime/';
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
// An idle connection of this agent does not keep the event loop from being empty.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Opens a request; answer resolves to the response's headers and text. */
function open(method, path, headers = {}, through = agent) {
  const request = http.request({ host, port, agent: through, method, path: API + path, headers });
  const answer = new Promise((resolve, reject) => {
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
  return { request, answer };
}

/** Waits for an invocation; resolves to its headers and the text of its event. */
export function next() {
  const { request, answer } = open('GET', 'invocation/next');
  request.end();
  return answer;
}

/** Posts JSON; through is another agent than the shared one, or false for a connection of its own. */
export function post(path, json, headers, through) {
  const body = Buffer.from(json);
  const { request, answer } = open('POST', path, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers }, through);
  request.end(body);
  return answer;
}

/** Reports an error as the caller gets it; through is post's. */
export function postError(path, error, through) {
  const object = errorObject(error);
  return post(path, JSON.stringify(object), { [ERROR_TYPE]: headerOf(object.errorType) }, through);
}

/** Opens a response that is sent in pieces, and may end with the trailers of errorTrailers. */
export function openStream(path) {
  return open('POST', path, {
    'Content-Type': 'application/octet-stream',
    'Lambda-Runtime-Function-Response-Mode': 'streaming',
    'Transfer-Encoding': 'chunked',
    Trailer: [ERROR_TYPE, ERROR_BODY],
  });
}

/** The trailers that tell of an error behind what was written. */
export function errorTrailers(error) {
  const object = errorObject(error);
  return {
    [ERROR_TYPE]: headerOf(object.errorType),
    [ERROR_BODY]: Buffer.from(JSON.stringify(object)).toString('base64'),
  };
}

/** A header takes no characters above U+00FF and no line ends; a class may be named anyhow. */
function headerOf(errorType) {
  return String(errorType).replace(/[^\x20-\x7e]/g, '?');
}
