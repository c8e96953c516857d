// Errors, as Lambda names them and as callers get them.

import { types } from 'node:util';

/** What is wrong by Lambda's rules, under the errorType that Lambda gives it. */
export class Fault extends Error {
  constructor(type, message) {
    super(message);
    this.name = `Runtime.${type}`;
    Error.captureStackTrace(this, Fault); // again, now that it has its name
    Object.defineProperty(this, 'name', { enumerable: false });
  }
}

/** What the caller gets of something that was thrown. */
export function errorObject(error) {
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
