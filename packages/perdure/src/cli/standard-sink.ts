/**
 * Standard output and error without the streams of Node: to open one for a pipe loads its whole network, which takes a
 * tenth of a short command. So the first words go out by themselves where nobody sits at a terminal, and a stream is
 * opened for what is more than any pipe takes at once: a reader that is slow must not hold up what lives on.
 */

import { fstatSync, writeSync } from 'node:fs';
import type { Sink } from '../text/sink.ts';

/** Bytes. The smallest pipe that a system gives holds as much. */
const firstWords = 4096;

export interface StandardStream {
  /** Opens the stream of Node, with its own handling of errors. */
  readonly open: () => Pick<NodeJS.WriteStream, 'write'>;
  /** What could not be written, as the stream would have told it. */
  readonly failed: (error: NodeJS.ErrnoException) => void;
}

export function standardSink(fd: number, { open, failed }: StandardStream): Sink {
  // A terminal has a width and colours.
  if (isDevice(fd)) return open();
  let left = firstWords;
  let stream: Pick<NodeJS.WriteStream, 'write'> | undefined;
  return {
    isTTY: false,
    write(text) {
      const bytes = Buffer.from(text);
      left -= bytes.length;
      if (stream === undefined && left >= 0) {
        try {
          const rest = writeNow(fd, bytes);
          return rest.length === 0 || (stream = open()).write(rest);
        } catch (error) {
          return failed(error as NodeJS.ErrnoException);
        }
      }
      return (stream ??= open()).write(bytes);
    },
  };
}

function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return true;
  }
}

/** Answers what a pipe that does not wait had no room for. @throws what the system says */
function writeNow(fd: number, bytes: Uint8Array): Uint8Array {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return rest;
}
