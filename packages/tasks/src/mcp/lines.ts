/** A stream as lines; of one that is too long only its ends are kept. */

import type { LongLine } from './messages.ts';

/** A message longer than this is no message of a client that means well. */
export const longestLine = 4 * 1024 * 1024;
const keptOfLong = 1_000;

export type Bytes = AsyncIterable<Uint8Array | string>;

/** Ends with the input, or when the signal is aborted. */
export async function* linesOf(input: Bytes, signal: AbortSignal | undefined): AsyncGenerator<string | LongLine> {
  const decoder = new TextDecoder();
  let head: string | undefined;
  let rest = '';
  const ended = (line: string): string | LongLine => {
    if (head === undefined && line.length <= longestLine) return line;
    const long = { head: head ?? line.slice(0, keptOfLong), tail: line.slice(-keptOfLong) };
    head = undefined;
    return long;
  };
  for await (const chunk of untilAborted(input, signal)) {
    const lines = `${rest}${typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield ended(line);
    if (rest.length > longestLine) head ??= rest.slice(0, keptOfLong);
    if (head !== undefined) rest = rest.slice(-keptOfLong);
  }
  if (rest !== '') yield ended(rest);
}

async function* untilAborted<T>(input: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const aborted = new Promise<undefined>((resolve) => {
    if (signal?.aborted === true) resolve(undefined);
    signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const iterator = input[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}
