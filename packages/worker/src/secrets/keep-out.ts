/**
 * Keeps what was lent out of this process's log: code of a tool may print its secret, or leave a rejection with it.
 * What it writes elsewhere is its own.
 */

import { hiding, type Hidden } from './hide.ts';

/** Of those that were lent last: a rotation every hour for a month. */
const most = 1_000;

type Stream = Pick<NodeJS.WriteStream, 'write'>;

/** Answers what is to be told of each secret; from then on no stream of these writes one. */
export function keepOutOf(streams: readonly Stream[]): (secrets: readonly Hidden[]) => void {
  const known = new Map<string, Hidden>();
  let hide = hiding([]);
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) => {
      if (known.size === 0) return write(chunk, ...rest);
      if (typeof chunk === 'string') return write(hide(chunk), ...rest);
      if (!(chunk instanceof Uint8Array)) return write(chunk, ...rest);
      const text = Buffer.from(chunk).toString();
      const clean = hide(text);
      return write(clean === text ? chunk : clean, ...rest);
    };
  }
  return (secrets) => {
    const before = known.size;
    for (const secret of secrets) known.set(`${secret.name}\n${secret.value}`, secret);
    if (known.size === before) return;
    for (const key of known.keys()) if (known.size > most) known.delete(key);
    hide = hiding([...known.values()]);
  };
}
