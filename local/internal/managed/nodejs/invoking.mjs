// Invoking: one event after the other is given to the handler.

import { Fault } from './errors.mjs';
import { logError, logFor } from './log.mjs';
import { next, post, postError } from './runtimeapi.mjs';
import { ResponseStream, streams } from './streaming.mjs';

const NEVER_SETTLED = 'The Lambda runtime client detected an unexpected Node.js exit code. '
  + 'This is most commonly caused by a Promise that was never settled. '
  + 'For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';

/**
 * Where an error is reported that ends the environment: the init phase's place, then
 * that of the invocation that runs; undefined where everything has been answered.
 */
export let errorPath = 'init/error';

// What to do when the event loop is empty; undefined: nothing, node ends.
let whenIdle;
process.on('beforeExit', () => {
  const act = whenIdle;
  whenIdle = undefined;
  if (act) {
    setImmediate(act); // which keeps node alive
  }
});

/**
 * Runs one invocation and resolves when it has been answered: by the promise that
 * the handler returns, by its callback, by context.done and its kin, or with null
 * when nothing is left to do.
 */
export async function serve(handler) {
  const { headers, text } = await next();
  const requestId = headers['lambda-runtime-aws-request-id'];
  errorPath = `invocation/${requestId}/error`;
  logFor(requestId);
  setTraceId(headers['lambda-runtime-trace-id']);
  await (streams(handler) ? stream : respond)(handler, requestId, headers, text);
  whenIdle = undefined;
  errorPath = undefined;
}

async function respond(handler, requestId, headers, text) {
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
async function stream(handler, requestId, headers, text) {
  const response = new ResponseStream(requestId, handler);
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
    awsRequestId: headers['lambda-runtime-aws-request-id'],
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
