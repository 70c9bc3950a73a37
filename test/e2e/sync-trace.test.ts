/** The judge of syncs, shown traces made by hand: of a process that keeps the order, and of those that break it. */

import { describe, expect, it } from 'vitest';
import { judgeTrace } from './sync-trace.ts';

const log = '/state/perdure.db-wal';
const [first, second] = ['01a1fde3-0d0e-7dc2-bdb6-5a814b78c5c7', '01a1fde3-0d12-796b-9f86-4ce2f6ec6124'];

const write = (data: string, options: { readonly size?: number } = {}) =>
  `41 pwrite64(22<${log}>, "${data}", ${options.size ?? 4096}, 32) = ${options.size ?? 4096}`;
const header = (pages: string) =>
  write(`\\0\\0\\0\\v\\0\\0\\0${pages}\\202\\224\\220\\2035\\"\\350*\\317Hk9\\230\\177]\\350`, { size: 24 });
/** A page in the middle of a commit, and the last one. */
const frame = (data: string) => [header('\\0'), write(`\\r\\0\\0\\0${data}\\0`)];
const lastFrame = (data: string) => [header('\\30'), write(`\\n\\0\\0${data}\\0`)];
const synced = `41 fdatasync(22<${log}>) = 0`;
const refused = `41 fdatasync(22<${log}>) = -1 EIO (Input/output error)`;
const ack = (id: string) => `41 write(1<pipe:[77]>, "ACK ${id}\\n", 41) = 41`;

const judge = (...lines: readonly (string | readonly string[])[]) => judgeTrace(lines.flat().join('\n'), log);
const early = (id: string) => `${id} was acknowledged before its commit was synced`;

describe('the judge of a trace', () => {
  it('finds nothing broken where each acknowledgement follows a sync of its commit', () => {
    const verdict = judge(
      [frame(first), lastFrame('an index'), synced, ack(first)].flat(),
      [frame(`${first} ${second}`), lastFrame('an index'), `41 fsync(22<${log}>) = 0`, ack(second)].flat(),
      '41 +++ exited with 0 +++',
    );
    expect(verdict).toEqual({ acknowledged: 2, syncs: 2, broken: [] });
  });

  it('takes one sync for all that its commit holds', () => {
    expect(judge(lastFrame(`${first} ${second}`), synced, ack(first), ack(second)).broken).toEqual([]);
  });

  it('finds an acknowledgement that precedes the sync', () => {
    expect(judge(lastFrame(first), ack(first), synced).broken).toEqual([early(first)]);
  });

  it('finds an acknowledgement that precedes even the write', () => {
    expect(judge(ack(first), lastFrame(first), synced).broken).toEqual([
      `${first} was acknowledged before it was written`,
    ]);
  });

  it('finds an acknowledgement behind a sync that failed, also when the next one succeeds', () => {
    expect(judge(lastFrame(first), refused, ack(first)).broken).toEqual([early(first)]);
    expect(judge(lastFrame(first), refused, synced, ack(first)).broken).toEqual([early(first)]);
    expect(judge(lastFrame(first), refused, lastFrame(first), synced, ack(first)).broken).toEqual([]);
  });

  it('finds a sync that began before the commit was written to its end', () => {
    expect(judge(frame(first), synced, lastFrame('an index'), ack(first)).broken).toEqual([early(first)]);
    const begun = `42 fdatasync(22<${log}> <unfinished ...>`;
    const ended = '42 <... fdatasync resumed>) = 0';
    expect(judge(begun, lastFrame(first), ended, ack(first)).broken).toEqual([early(first)]);
  });

  it('reads calls of several threads that were printed in two parts', () => {
    const begun = `42 fdatasync(22<${log}> <unfinished ...>`;
    const ended = '42 <... fdatasync resumed>) = 0';
    const other = '43 write(9<pipe:[78]>, "x", 1) = 1';
    expect(judge(lastFrame(first), begun, other, ended, ack(first))).toEqual({ acknowledged: 1, syncs: 1, broken: [] });
    expect(judge(lastFrame(first), begun, ack(first), ended).broken).toEqual([early(first)]);
  });

  it('takes no sync of another file for one of the log', () => {
    const verdict = judge(lastFrame(first), '41 fdatasync(21</state/perdure.db>) = 0', ack(first));
    expect(verdict).toEqual({ acknowledged: 1, syncs: 0, broken: [early(first)] });
  });
});
