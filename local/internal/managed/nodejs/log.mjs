// Logging: time, request ID and level before what a function prints, or all in an object.

import { format } from 'node:util';

import { errorObject } from './errors.mjs';

const JSON_LOG = process.env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';

// The methods of console, each by the level that it writes at; those below
// AWS_LAMBDA_LOG_LEVEL write nothing.
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', fatal: 'FATAL' };

// The invocation that runs, or ran last; undefined in the init phase.
let requestId;

/** Names the invocation that what is logged from now on is of. */
export function logFor(id) {
  requestId = id;
}

/** Makes the function's console one of Lambda's. */
export function patchConsole() {
  const least = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = LEVELS.indexOf(level) < least ? () => {} : (...args) => log(level, ...args);
  }
}

/** Logs what ended an invocation, or the environment. */
export function logError(what, error) {
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
