/** A task store on a database of its own, and processes that work on it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase, type Database } from '@perdure/db';
import { onTestFinished } from 'vitest';
import type { Refusal, TaskStore, Written } from '../../src/core/ports.ts';
import { createTaskStore } from '../../src/store/task-store.ts';

export interface World {
  readonly database: Database;
  readonly store: TaskStore;
}

export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-tasks-'));
  const database = await openDatabase({ path: join(folder, 'perdure.db') });
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { database, store: createTaskStore(database) };
}

/** What was written, or an error that tells the refusal. */
export async function written(outcome: Promise<Written | Refusal>): Promise<Written> {
  const found = await outcome;
  if (found.kind === 'written') return found;
  throw new Error(`refused: ${found.message}`);
}

/** Whether the log is whole, by the store's own proof and by its numbers. */
export async function proofOf({ database, store }: World, taskId: string) {
  const log = database.sqlite.prepare('SELECT count(*) AS n, max(seq) AS newest FROM task_events WHERE task_id = ?');
  const { n, newest } = { ...log.get(taskId) };
  const rebuilt = await store.rebuild(taskId, { repair: false });
  return { events: n, newest, differences: rebuilt?.differences };
}

/** What a process of `fixtures` says, one fact a line. */
export type Fact = Readonly<Record<string, unknown>>;

export interface Process {
  readonly told: readonly Fact[];
  readonly exited: Promise<unknown>;
  say(line: string): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves to the fact number `n`, from 0. */
  fact(n: number): Promise<Fact>;
}

/** A process that is killed at the latest when the test ends. */
export function startProcess(fixture: string, args: readonly string[]): Process {
  const started = spawnFixture(fixture, args);
  onTestFinished(() => started.signal('SIGKILL'));
  return started;
}

/** A process that whoever calls this has to kill. */
export function spawnFixture(fixture: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Process {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', fixture), ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // It may be gone when it is told something.
  child.stdin.on('error', () => undefined);
  const told: Fact[] = [];
  const lines = createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Fact));
  const exited = Promise.all([once(child, 'exit'), once(lines, 'close')]);
  return {
    told,
    exited,
    say: (line) => void child.stdin.write(`${line}\n`),
    signal: (name) => void child.kill(name),
    fact: async (n) => {
      const deadline = performance.now() + 60_000;
      for (;;) {
        const fact = told[n];
        if (fact !== undefined) return fact;
        if (performance.now() > deadline) throw new Error(`${fixture} did not say its fact ${n} within 60 s`);
        await delay(5);
      }
    },
  };
}
