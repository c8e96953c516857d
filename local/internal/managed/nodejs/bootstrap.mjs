// The runtime client of Node.js functions: what /var/runtime is on Lambda.
//
// It loads the function's handler and then runs one invocation after the other,
// over one connection to the Runtime API. What functions and their callers see
// follows AWS's own client (aws-lambda-nodejs-runtime-interface-client): handler
// names, error objects, the context, that an invocation may end when
// the event loop is empty, streamed responses, and logs as text and as JSON.
//
// The order matters here: whatever the function's code does while it is loaded has
// to find Lambda's console, the global awslambda, and somebody who catches.

import { Fault } from './errors.mjs';
import { errorPath, serve } from './invoking.mjs';
import { loadHandler } from './loading.mjs';
import { logError, patchConsole } from './log.mjs';
import { postError } from './runtimeapi.mjs';
import { setGlobals } from './streaming.mjs';

// Whether the environment ends, and asks for no further event.
let dying = false;

/**
 * Reports what nothing has caught, and ends the environment as Lambda's client
 * does: at once between invocations, so that the next one is given to another.
 * The report takes a connection of its own, for the other may be in use.
 */
async function die(what, error, code) {
  dying = true;
  logError(what, error);
  if (errorPath) {
    await postError(errorPath, error, false);
  }
  process.exit(code);
}

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
