/**
 * A worker that the system took for dead and that comes back: frozen by SIGSTOP in the middle of a step while another
 * process takes its run over, then thawed. Two real processes on one database, without an engine between them that
 * could keep them apart.
 */

import { spawn } from 'node:child_process';
import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGroupCommit, openDatabase, type Database } from '@perdure/db';
import { createRunIntake } from '@perdure/runs/testing';
import { until } from '@perdure/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

const limit = { timeout: 300_000 };
const fixture = join(import.meta.dirname, 'fixtures', 'driver-process.ts');

/** A database with one run that nobody has driven yet. */
async function openRun(): Promise<{ readonly database: Database; readonly runId: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-frozen-'));
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const runId = randomUUIDv7();
  const intake = createRunIntake(database, createGroupCommit(database));
  await intake.start({ id: runId, pipeline: 'three-steps', input: '{}', actor: 'owner', at: Date.now() });
  return { database, runId };
}

interface Told {
  readonly in?: string;
  readonly commit?: string;
  readonly outcome?: string;
  readonly drive?: string;
}

/** A process that drives the run and stays in `heldStep` until it is told to go on. */
function startDriver({ path }: Database, runId: string, options: { readonly name: string; readonly heldStep: string }) {
  const child = spawn(process.execPath, [fixture, path, runId, options.name, options.heldStep], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const told: Told[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told));
  const exited = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return {
    told,
    exited,
    signal: (name: NodeJS.Signals) => child.kill(name),
    goOn: () => child.stdin.write('go on\n'),
    isIn: () => until(() => told.some((fact) => fact.in === options.heldStep), { what: options.heldStep }),
  };
}

/** Everything that the record says. */
function recordOf({ sqlite }: Database): string {
  const rows = ['runs', 'steps', 'events', 'orders', 'blobs'].map((table) =>
    sqlite.prepare(`SELECT * FROM ${table}`).all(),
  );
  return JSON.stringify(rows);
}

describe('a worker frozen in mid step while another takes its run over', () => {
  it('R2: is refused its commit when it thaws, and leaves no trace in the record', limit, async () => {
    const { database, runId } = await openRun();
    const frozen = startDriver(database, runId, { name: 'the first', heldStep: 'two' });
    await frozen.isIn();
    frozen.signal('SIGSTOP');

    const successor = startDriver(database, runId, { name: 'the second', heldStep: 'three' });
    await successor.isIn();
    const before = recordOf(database);

    frozen.goOn();
    frozen.signal('SIGCONT');
    await frozen.exited;
    expect(frozen.told).toEqual([
      { commit: 'one', outcome: 'committed' },
      { in: 'two' },
      { commit: 'two', outcome: 'lost' },
      { drive: 'returned' },
    ]);
    expect(recordOf(database)).toBe(before);

    successor.goOn();
    await successor.exited;
    const run = database.sqlite.prepare('SELECT status, output FROM runs WHERE id = ?').get(runId);
    expect(run).toEqual({
      status: 'completed',
      output: '["one by the first","two by the second","three by the second"]',
    });
  });

  it('R2: thawed after the run has ended, it changes nothing either', limit, async () => {
    const { database, runId } = await openRun();
    const frozen = startDriver(database, runId, { name: 'the first', heldStep: 'three' });
    await frozen.isIn();
    frozen.signal('SIGSTOP');

    const successor = startDriver(database, runId, { name: 'the second', heldStep: 'none' });
    await successor.exited;
    const before = recordOf(database);
    expect(before).toContain('"status":"completed"');

    frozen.goOn();
    frozen.signal('SIGCONT');
    await frozen.exited;
    expect(frozen.told.slice(-2)).toEqual([{ commit: 'three', outcome: 'lost' }, { drive: 'returned' }]);
    expect(recordOf(database)).toBe(before);
  });
});
