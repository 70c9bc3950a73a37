/**
 * G1, as the kernel sees it: what is acknowledged has been synced before. The system calls of a real process are
 * traced, and the trace is judged (`sync-trace.ts`); a process that is told not to sync shows that the judge would
 * notice.
 */

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeTrace, straceOptions, type Verdict } from './sync-trace.ts';

const fixture = join(import.meta.dirname, 'fixtures', 'ack-process.ts');
const [callers, runsOfEach] = [8, 25];
const runs = callers * runsOfEach;

/** It must be there, and be allowed to trace. */
const canTrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
const limit = { timeout: 300_000 };

/** Traces a process that starts runs, and judges what it did. */
async function traced(options: { readonly mode?: 'unsafe'; readonly strace?: readonly string[] }): Promise<Verdict> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-sync-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const [database, trace] = [join(folder, 'perdure.db'), join(folder, 'trace')];
  const { mode, strace = [] } = options;
  const program = [process.execPath, fixture, database, String(callers), String(runsOfEach), ...(mode ? [mode] : [])];
  await promisify(execFile)('strace', [...straceOptions, ...strace, '-o', trace, ...program]);
  return judgeTrace(readFileSync(trace, 'latin1'), `${database}-wal`);
}

describe('a run that was acknowledged', () => {
  it('G1: was synced to the disk before, each of 200 that are started in bursts', limit, async (ctx) => {
    ctx.skip(!canTrace, 'needs strace');
    const verdict = await traced({});
    expect(verdict.broken).toEqual([]);
    expect(verdict.acknowledged).toBe(runs);
    expect(verdict.syncs).toBeGreaterThan(0);
  });

  it('is found out as not synced, each of them, where SQLite is told not to sync', limit, async (ctx) => {
    ctx.skip(!canTrace, 'needs strace');
    const verdict = await traced({ mode: 'unsafe' });
    expect(verdict.acknowledged).toBe(runs);
    expect(verdict.broken).toHaveLength(runs);
  });
});
