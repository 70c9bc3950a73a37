/**
 * Use cases on a real store, with checks whose outcome and age the test says: no process is run and no file looked
 * at.
 */

import type { Evidence } from '@perdure/contract';
import type { TaskStore } from '../../src/core/ports.ts';
import { createTask } from '../../src/desk/create.ts';
import type { CheckRequest, EvidenceDeps, IdDeps, LeaseDeps, WriteDeps, Writer } from '../../src/desk/deps.ts';
import { verify } from '../../src/desk/verify.ts';
import type { CheckOutcome } from '../../src/evidence/evidence.ts';
import { start } from '../core/fixtures.ts';
import { openWorld } from '../store/support.ts';

export interface Desk extends WriteDeps<keyof TaskStore>, IdDeps, LeaseDeps, EvidenceDeps {
  /** Checks that were run, oldest first. */
  readonly runs: readonly CheckRequest[];
  /** From now on these checks are stale. */
  setStale(ids: readonly string[]): void;
  /** From now on these cannot be compared. */
  setUnclear(ids: readonly string[]): void;
  /** Changes the files of every project. */
  edit(): void;
  /** What checks find from now on; default: they pass. */
  setPasses(passes: boolean): void;
  /** Moves the clock. */
  pass(ms: number): void;
}

export async function openDesk(): Promise<Desk> {
  const { store } = await openWorld();
  const runs: CheckRequest[] = [];
  let stale: readonly string[] = [];
  let unclear: readonly string[] = [];
  let files = 0;
  let passes = true;
  let [now, count] = [start, 0];
  const newId = () => `id-${++count}`;
  return {
    store,
    runs,
    warn: () => undefined,
    now: () => now,
    newId,
    newToken: () => `secret-${++count}`,
    leaseTtlMs: 15 * 60_000,
    evidence: {
      run(check): Promise<CheckOutcome> {
        runs.push(check);
        const evidence = { id: newId(), at: '', passed: passes, command: [...check.command], cwd: check.cwd };
        const subject = { kind: 'files' as const, digest: `digest ${runs.length}`, paths: [...check.paths] };
        const outcome = { exit_code: passes ? 0 : 1, output_digest: '', output_tail: '', subject };
        return Promise.resolve({
          kind: 'ran',
          evidence: { ...evidence, ...outcome },
          timedOut: false,
          changedSubject: false,
        });
      },
      look: ({ cwd, paths }) => {
        if (cwd === '/unknown') return Promise.resolve({ kind: 'refused', code: 'invalid_input', message: 'No git.' });
        const subject = { kind: 'git' as const, digest: `files ${files}`, paths: [...paths] };
        return Promise.resolve({ kind: 'subject', subject, stamp: '' });
      },
      compare: (task) =>
        Promise.resolve({
          stale: openChecks(task.evidence).filter((id) => stale.includes(id)),
          uncompared: openChecks(task.evidence)
            .filter((id) => unclear.includes(id))
            .map((id) => ({ id, why: 'Git is not installed' })),
        }),
    },
    setStale: (ids) => (stale = ids),
    setUnclear: (ids) => (unclear = ids),
    edit: () => (files += 1),
    setPasses: (value) => (passes = value),
    pass: (ms) => (now += ms),
  };
}

function openChecks(evidence: readonly Evidence[]): readonly string[] {
  return evidence.filter(({ void_since }) => void_since === undefined).map(({ id }) => id);
}

export const taskId = 'release-1';

/** The task `taskId` with one criterion; answers its holder. */
export async function create(desk: Desk, name = 'ada'): Promise<Writer> {
  const fields = { title: 'Release 1', goal: 'Ship it', project: '/projects/release', done_criteria: ['it works'] };
  const outcome = await createTask(desk, { name }, { taskId, fields, takesLease: true });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return { name, lease: outcome.token };
}

export const check = {
  taskId,
  criterion: 1,
  kind: 'check',
  command: ['npm', 'test'],
  place: { within: 'anywhere', folder: '/elsewhere' },
  paths: [],
  timeoutMs: 1000,
} as const;

/** Proves the only criterion, and makes that proof stale; answers its id. */
export async function proveStale(desk: Desk, writer: Writer): Promise<string> {
  const outcome = await verify(desk, writer, check);
  if (outcome.kind !== 'recorded') throw new Error(`not recorded: ${outcome.kind}`);
  desk.setStale([outcome.evidence.id]);
  return outcome.evidence.id;
}

/** The types of all events of the task. */
export async function typesOf({ store }: Desk): Promise<readonly string[]> {
  return (await store.recent(taskId, 100)).map(({ type }) => type);
}
