/** Where in a pipeline's source a call was made: for messages that name two of them. */

import { fileURLToPath } from 'node:url';

const ownFolder = fileURLToPath(new URL('..', import.meta.url));

/** A frame of a stack trace ends with `path:line:column`, the path being a URL or not. */
const framePlace = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/;
/** Anything else is a line of the message, which may hold whatever somebody answered. */
const isFrame = (line: string): boolean => line.length < 2_000 && /^ {4}at /.test(line);

export class CallSite {
  readonly #trace: { readonly stack?: string };

  constructor(trace: { readonly stack?: string }) {
    this.#trace = trace;
  }

  /** For a message. */
  describe(): string {
    return this.place ?? 'an unknown place';
  }

  /**
   * `file:line`, of the first frame outside the run core and the libraries. Formatting a trace is the expensive part,
   * so it waits until asked.
   */
  get place(): string | undefined {
    for (const frame of (this.#trace.stack ?? '').split('\n').slice(1).filter(isFrame)) {
      const [, found, line] = framePlace.exec(frame) ?? [];
      if (found === undefined) continue;
      const path = found.startsWith('file:') ? fileURLToPath(found.replace(/[?#].*$/, '')) : found;
      if (!path.startsWith(ownFolder) && !path.includes('/node_modules/')) return `${path}:${line}`;
    }
    return undefined;
  }
}

/** The place that is calling now. */
export function callSite(): CallSite {
  const trace: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  // Deep enough to leave the run core, shallow enough to cost a microsecond.
  Error.stackTraceLimit = 8;
  Error.captureStackTrace(trace, callSite);
  Error.stackTraceLimit = limit;
  return new CallSite(trace);
}
