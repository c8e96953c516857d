// The runtime client of Node.js functions: what /var/runtime is on Lambda.
//
// It loads the function's handler and then runs one invocation after the other,
// over one connection to the Runtime API. What functions and their callers see
// follows AWS's own client (aws-lambda-nodejs-runtime-interface-client): handler
// names, error objects, the context, that an invocation may end when
// the event loop is empty, streamed responses, and logs as text and as JSON.

import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { format, types } from 'node:util';

const API = '/2018-06-01/runtime/';
const ERROR_TYPE = 'Lambda-Runtime-Function-Error-Type';
const ERROR_BODY = 'Lambda-Runtime-Function-Error-Body';
const require = createRequire(import.meta.url);
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
// An idle connection of this agent does not keep the event loop from being empty.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const NO_CALLBACKS = 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. '
  + 'You need to modify this function to use a supported handler signature to use Node.js 24 or later. '
  + 'For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
const NEVER_SETTLED = 'The Lambda runtime client detected an unexpected Node.js exit code. '
  + 'This is most commonly caused by a Promise that was never settled. '
  + 'For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

// The invocation that runs; undefined in the init phase.
let requestId;
// Whether an invocation, or the init phase, has still to be answered.
let unanswered = true;
// Whether the environment ends, and asks for no further event.
let dying = false;
// What to do when the event loop is empty; undefined: nothing, node ends.
let whenIdle;

/** What is wrong by Lambda's rules, under the errorType that Lambda gives it. */
class Fault extends Error {
  constructor(type, message) {
    super(message);
    this.name = `Runtime.${type}`;
    Error.captureStackTrace(this, Fault); // again, now that it has its name
    Object.defineProperty(this, 'name', { enumerable: false });
  }
}

/** Opens a request of the Runtime API; answer resolves to the response's headers and text. */
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

function call(method, path, body, headers, through) {
  const { request, answer } = open(method, path, headers, through);
  request.end(body);
  return answer;
}

function post(path, object, headers, through) {
  const body = Buffer.from(object);
  return call('POST', path, body, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers }, through);
}

function postError(path, error, through) {
  const object = errorObject(error);
  return post(path, JSON.stringify(object), { [ERROR_TYPE]: headerOf(object.errorType) }, through);
}

/** A header takes no characters above U+00FF and no line ends; a class may be named anyhow. */
function headerOf(errorType) {
  return String(errorType).replace(/[^\x20-\x7e]/g, '?');
}

/** What the caller gets of something that was thrown. */
function errorObject(error) {
  try {
    if (types.isNativeError(error) || (error?.name && error.message && error.stack)) {
      return { errorType: error.name, errorMessage: error.message, trace: error.stack.split('\n') };
    }
    return { errorType: typeof error, errorMessage: error.toString(), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

// Logging: time, request ID and level before what a function prints, or all in an object.

const JSON_LOG = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';

// The methods of console, each by the level that it writes at; those below
// AWS_LAMBDA_LOG_LEVEL write nothing.
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };

function log(level, ...args) {
  const timestamp = new Date().toISOString();
  const line = JSON_LOG
    ? jsonLine({ timestamp, level, requestId }, args)
    : `${timestamp}\t${requestId}\t${level}\t${format(...args)}`;
  process.stdout.write(`${line}\n`);
}

/** One value is the message as it is; of several, the text that they make, and the first error. */
function jsonLine(entry, args) {
  if (args.length > 1) {
    const error = args.find((arg) => arg instanceof Error);
    return JSON.stringify({ ...entry, message: format(...args), ...(error && errorFields(error)) });
  }
  try {
    return JSON.stringify({ ...entry, message: args[0] }, (_, value) => (value instanceof Error ? { ...errorFields(value), ...value } : value));
  } catch {
    return JSON.stringify({ ...entry, message: format(args[0]) }); // it refers to itself, or holds a BigInt
  }
}

function errorFields(error) {
  return { errorType: error.constructor?.name ?? 'UnknownError', errorMessage: error.message, stackTrace: String(error.stack).split('\n') };
}

function logError(what, error) {
  if (JSON_LOG) {
    console.error(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  const shown = error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, code: error.code, ...error, stack: String(error.stack).split('\n') }
    : error;
  let text;
  try {
    text = JSON.stringify(shown);
  } catch {
    text = JSON.stringify(errorObject(error)); // it refers to itself
  }
  log('ERROR', `${what} \t${text}`);
}

function patchConsole() {
  const least = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = LEVELS.indexOf(level) < least ? () => {} : (...args) => log(level, ...args);
  }
}

// Streaming: handler = awslambda.streamifyResponse(async (event, responseStream, context) => …).

// The names by which AWS's client and libraries know a handler that streams.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

/** A response that goes out while the function writes it. */
class ResponseStream extends Writable {
  #request;
  #begun = false;

  constructor(id, highWaterMark) {
    super({ highWaterMark });
    const { request, answer } = open('POST', `invocation/${id}/response`, {
      'Content-Type': 'application/octet-stream',
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: [ERROR_TYPE, ERROR_BODY],
    });
    this.#request = request;
    Object.defineProperty(this, 'answer', { value: answer });
    this.on('error', () => {}); // which a function need not listen for; see errored in stream
  }

  setContentType(type) {
    if (this.#begun) {
      throw new Fault('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    }
    this.#request.setHeader('Content-Type', type);
  }

  /**
   * Takes what is neither text nor bytes as JSON. The first write has the hook
   * before it; a stream that is ended without a write does not, as on Lambda.
   */
  write(chunk, ...rest) {
    if (!this.#begun) {
      this.#begun = true;
      this._onBeforeFirstWrite?.((head) => super.write(head));
    }
    return super.write(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk), ...rest);
  }

  // The callback comes when the chunk has been handed over: that holds the writer back.
  _write(chunk, encoding, callback) {
    this.#request.write(chunk, callback);
  }

  _final(callback) {
    this.#request.end(callback);
  }

  /** Ends the response with an error: the caller gets it behind what was written. */
  fail(error) {
    const object = errorObject(error);
    this.#request.addTrailers({
      [ERROR_TYPE]: headerOf(object.errorType),
      [ERROR_BODY]: Buffer.from(JSON.stringify(object)).toString('base64'),
    });
    if (this.destroyed) {
      this.#request.end(); // as pipeline leaves it where its source fails
    } else {
      this.end();
    }
  }
}

function setGlobals() {
  if (['1', 'true'].includes(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA)) {
    return;
  }
  globalThis.awslambda = {
    ...globalThis.awslambda,
    streamifyResponse(handler, options) {
      handler[STREAMING] = 'response';
      if (typeof options?.highWaterMark === 'number') {
        handler[HIGH_WATER_MARK] = Math.trunc(options.highWaterMark);
      }
      return handler;
    },
    HttpResponseStream: class HttpResponseStream {
      /** Puts status, headers and cookies of an HTTP response before the body. */
      static from(stream, metadata) {
        stream.setContentType('application/vnd.awslambda.http-integration-response');
        const prelude = JSON.stringify(metadata);
        stream._onBeforeFirstWrite = (write) => {
          write(prelude);
          write(new Uint8Array(8)); // which JSON does not have
        };
        return stream;
      }
    },
  };
}

// Loading: "folder/module.name" or "folder/module.object.name".

async function loadHandler(root, name) {
  if (name.includes('..')) {
    throw new Fault('MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(name);
  const [, module, property] = base.match(/^([^.]*)\.(.*)$/) ?? [];
  if (module === undefined) {
    throw new Fault('MalformedHandlerName', 'Bad handler');
  }
  const exports = await load(root, name.slice(0, name.indexOf(base)), module);
  const handler = property.split('.').reduce((object, key) => object?.[key], exports);
  if (!handler) {
    throw new Fault('HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new Fault('HandlerNotFound', `${name} is not a function`);
  }
  // The style is told by the number of parameters, the version is the template's.
  if (!handler[STREAMING] && handler.length > 2 && parseInt(process.env.AWS_EXECUTION_ENV?.split('nodejs')[1], 10) >= 24) {
    throw new Fault('CallbackHandlerDeprecated', NO_CALLBACKS);
  }
  return handler;
}

async function load(root, folder, module) {
  try {
    return await loadFile(path.resolve(root, folder, module))
      ?? require(require.resolve(module, { paths: [root, path.resolve(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) {
      process.stdout.write(`${error.stack}\n`); // the place, which Lambda keeps to itself
      throw new Fault('UserCodeSyntaxError', String(error));
    }
    if (error?.code === 'MODULE_NOT_FOUND') {
      throw new Fault('ImportModuleError', String(error));
    }
    throw error;
  }
}

/** Tries the names that a module's file can have, in Lambda's order; undefined for none of them. */
async function loadFile(base) {
  const isModule = inModulePackage(path.dirname(base));
  const typescript = parseInt(process.versions.node, 10) >= 24;
  const candidates = [
    ['', false], ['.js', isModule], ['.mjs', true], ['.cjs', false],
    ...(typescript ? [['.ts', isModule], ['.mts', true], ['.cts', false]] : []),
  ];
  for (const [extension, asModule] of candidates) {
    const file = base + extension;
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      return asModule ? import(pathToFileURL(file)) : require(file);
    }
  }
  return undefined;
}

/** Tells whether the nearest package.json says "type": "module". */
function inModulePackage(folder) {
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    return JSON.parse(fs.readFileSync(file)).type === 'module';
  }
  const parent = path.dirname(folder);
  return parent !== folder && path.basename(folder) !== 'node_modules' && inModulePackage(parent);
}

// Invoking.

/**
 * Runs one invocation and resolves when it has been answered: by the promise that
 * the handler returns, by its callback, by context.done and its kin, or with null
 * when nothing is left to do.
 */
async function serve(handler) {
  const { headers, text } = await call('GET', 'invocation/next');
  unanswered = true;
  requestId = headers['lambda-runtime-aws-request-id'];
  setTraceId(headers['lambda-runtime-trace-id']);
  await (handler[STREAMING] ? stream : respond)(handler, headers, text);
  whenIdle = undefined;
  unanswered = false;
}

async function respond(handler, headers, text) {
  const outcome = await new Promise((settle) => run(handler, headers, text, settle));
  whenIdle = undefined;
  if ('error' in outcome) {
    logError('Invoke Error', outcome.error);
    await postError(`invocation/${requestId}/error`, outcome.error);
  } else {
    await post(`invocation/${requestId}/response`, outcome.body);
  }
}

/**
 * Runs a handler that streams. It has answered when its promise is settled and
 * its stream is ended; one that never ends its stream runs into the timeout.
 */
async function stream(handler, headers, text) {
  const response = new ResponseStream(requestId, handler[HIGH_WATER_MARK]);
  try {
    const result = handler(JSON.parse(text), response, newContext(headers));
    if (typeof result?.then !== 'function') {
      throw new Error('Streaming does not support non-async handlers.');
    }
    const stuck = new Promise((_, reject) => {
      whenIdle = () => reject(new Fault('NodeJsExit', NEVER_SETTLED));
    });
    if (await Promise.race([result, stuck]) !== undefined) {
      console.warn('Streaming handlers ignore return values.');
    }
    if (response.destroyed && !response.writableFinished) {
      throw response.errored ?? new Error('Response stream is not finished.');
    }
  } catch (error) {
    logError('Invoke Error', error);
    if (!response.writableFinished) {
      response.fail(error);
    }
  }
  await response.answer;
}

function run(handler, headers, text, settle) {
  const succeed = (result) => settle(marshal(result));
  const fail = (error) => settle({ error: error ?? 'handled' });
  const done = (error, result) => (error === undefined || error === null ? succeed(result) : fail(error));
  const context = newContext(headers, { succeed, fail, done });
  const callback = (error, result) => {
    if (context.callbackWaitsForEmptyEventLoop && (error === undefined || error === null)) {
      whenIdle = () => succeed(result);
    } else {
      done(error, result);
    }
  };
  // A handler that never answers: a callback that is forgotten means null, but an
  // async function waits for something that can no longer happen.
  whenIdle = () => (handler.constructor.name === 'AsyncFunction' ? fail(new Fault('NodeJsExit', NEVER_SETTLED)) : succeed(null));
  try {
    const result = handler(JSON.parse(text), context, callback);
    if (typeof result?.then === 'function') {
      result.then(succeed, fail);
    }
  } catch (error) {
    fail(error);
  }
}

function marshal(result) {
  try {
    return { body: JSON.stringify(result === undefined ? null : result) ?? 'null' };
  } catch {
    return { error: new Error('Unable to stringify response body') };
  }
}

function newContext(headers, callbacks) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  // node:http takes the bytes of a header for Latin-1; these are UTF-8.
  const parsed = (name) => headers[name] && JSON.parse(Buffer.from(headers[name], 'latin1'));
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...callbacks,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parsed('lambda-runtime-client-context'),
    identity: parsed('lambda-runtime-cognito-identity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function setTraceId(value) {
  if (value) {
    process.env._X_AMZN_TRACE_ID = value;
  } else {
    delete process.env._X_AMZN_TRACE_ID;
  }
}

/**
 * Reports what nothing has caught, and ends the environment as Lambda's client
 * does: at once between invocations, so that the next one is given to another.
 * The report takes a connection of its own, for the other may be in use.
 */
async function die(what, error, code) {
  dying = true;
  logError(what, error);
  if (unanswered) {
    await postError(requestId ? `invocation/${requestId}/error` : 'init/error', error, false);
  }
  process.exit(code);
}

process.on('beforeExit', () => {
  const act = whenIdle;
  whenIdle = undefined;
  if (act) {
    setImmediate(act); // which keeps node alive
  }
});
process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  die('Unhandled Promise Rejection', new Fault('UnhandledPromiseRejection', String(reason)), 128);
});
patchConsole();
setGlobals();

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  await die('Uncaught Exception', error, 129);
}
while (!dying) { // or it would take an event while it reports, and lose it
  await serve(handler);
}
