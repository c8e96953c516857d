// Streaming: handler = awslambda.streamifyResponse(async (event, responseStream, context) => …).

import { Writable } from 'node:stream';

import { Fault } from './errors.mjs';
import { errorTrailers, openStream } from './runtimeapi.mjs';

// The names by which AWS's client and libraries know a handler that streams.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

/** Tells whether a handler streams its response. */
export function streams(handler) {
  return Boolean(handler[STREAMING]);
}

/** A response that goes out while the function writes it. */
export class ResponseStream extends Writable {
  #request;
  #begun = false;

  /** Opens the response to an invocation; answer resolves when the Runtime API has taken the whole. */
  constructor(requestId, handler) {
    super({ highWaterMark: handler[HIGH_WATER_MARK] });
    const { request, answer } = openStream(`invocation/${requestId}/response`);
    this.#request = request;
    Object.defineProperty(this, 'answer', { value: answer });
    this.on('error', () => {}); // which a function need not listen for; who fails it looks at errored
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
    this.#request.addTrailers(errorTrailers(error));
    if (this.destroyed) {
      this.#request.end(); // as pipeline leaves it where its source fails
    } else {
      this.end();
    }
  }
}

/** Sets the global awslambda, which has to be there when the function's code is loaded. */
export function setGlobals() {
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
