/**
 * `npm run smoke`: does this installation work? Starts everything on a throw-away state root, runs `hello` (no model
 * call) through engine, worker, server and record, and says so. Exit 0 when it did.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followRun, reportFailure, stopOf } from 'perdure/cli';
import { startFreshSystem } from './fresh-system.ts';

const root = mkdtempSync(join(tmpdir(), 'perdure-smoke-'));

try {
  await smoke();
} catch (error) {
  process.exitCode = reportFailure(process, error, { json: false, debug: false });
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function smoke(): Promise<void> {
  const { launched, client } = await startFreshSystem({ root: join(root, 'state'), say });
  try {
    const started = await client.startRun({ body: { pipeline: 'hello', input: { name: 'smoke test' } } });
    const run = await followRun(client, started.data.id, {
      show: () => undefined,
      signal: AbortSignal.timeout(60_000),
    });
    const stop = stopOf(run);
    if (stop !== undefined) throw stop;
    say(`OK: hello ran through engine, worker, server and record: ${JSON.stringify(run.output)}`);
  } finally {
    await launched.stop();
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
