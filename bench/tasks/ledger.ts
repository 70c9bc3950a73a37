/** The tasks of a state root, as the figures fill them and prove them: the product's own store and readable copy. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { ensureHome } from '@perdure/home';
import {
  createMirror,
  createTaskStore,
  type CommandContext,
  type Refusal,
  type TaskStore,
  type Written,
} from '@perdure/tasks';
import { makeTempHome } from '../temp-home.ts';

export interface Ledger extends Disposable {
  readonly home: string;
  readonly database: string;
  /** Where the readable copies are. */
  readonly folder: string;
  readonly store: TaskStore;
}

export async function openLedger(home: string): Promise<Ledger> {
  const paths = ensureHome(home);
  const database = await openDatabase({ path: paths.database });
  return {
    home,
    database: paths.database,
    folder: join(home, 'tasks'),
    store: createTaskStore(database, { group: createGroupCommit(database) }),
    [Symbol.dispose]: () => database.close(),
  };
}

export function context(actor = 'bench'): CommandContext {
  return { now: Date.now(), actor, revision: 'latest' };
}

export async function taken(outcome: Promise<Written | Refusal>): Promise<Written> {
  const found = await outcome;
  if (found.kind === 'written') return found;
  throw new PerdureError('internal', `The bench was refused: ${found.message}`);
}

export async function createTask({ store }: Pick<Ledger, 'store'>, id: string, project = ''): Promise<void> {
  const milestones = ['parser', 'printer', 'docs', 'release'].map((name) => ({
    id: name,
    title: `The ${name}`,
    status: 'pending' as const,
    percent: 0,
  }));
  const fields = {
    title: `Ship ${id}`,
    goal: 'The new version is released, and whoever used the old one need not change a thing.',
    done_criteria: ['All tests pass.', 'The documentation tells of it.', 'It is on the registry.'],
    constraints: ['The old format can still be read.'],
    milestones,
    project,
  };
  await taken(store.create({ type: 'create', task_id: id, fields }, context()));
}

/** Adds `count` reports; those of one turn share a transaction. */
export async function addReports({ store }: Ledger, id: string, count: number): Promise<void> {
  const report = (n: number) => taken(store.apply(id, { type: 'progress', message: reportText(n) }, context()));
  await Promise.all(Array.from({ length: count }, (_, n) => report(n + 1)));
}

export function reportText(n: number): string {
  return `Slice ${n} is done: it reads what it should, and its tests pass.`;
}

/** Follows a write as the product does. */
export async function mirrorOf({ store }: Pick<Ledger, 'store'>, folder: string, written: Written): Promise<void> {
  const readEvents = (after: number) => store.events(written.task.task_id, { after, limit: 1_000 });
  const { warning } = await createMirror({ folder }).write(written.task, written.events, readEvents);
  if (warning !== undefined) throw new PerdureError('internal', warning);
}

/** Whether the readable copy is what a fresh one would be, to the byte. */
export async function isMirrored(ledger: Ledger, written: Written): Promise<boolean> {
  using fresh = makeTempHome();
  await mirrorOf(ledger, fresh.path, written);
  return ['json', 'events.jsonl', 'progress.log']
    .map((end) => `${written.task.task_id}.${end}`)
    .every((name) => readFileSync(join(ledger.folder, name)).equals(readFileSync(join(fresh.path, name))));
}

/** What a log lacks, and where its task differs from its replay: nothing, or the ledger is not worth its name. */
export async function faultsOf({ store }: Ledger, id: string, acknowledged: readonly number[]): Promise<number> {
  const present = new Set<number>();
  let newest = 0;
  for (let page = await store.events(id, { after: 0, limit: 1_000 }); page.length > 0;) {
    for (const { seq } of page) present.add(seq);
    newest = page.at(-1)?.seq ?? newest;
    page = await store.events(id, { after: newest, limit: 1_000 });
  }
  const rebuilt = await store.rebuild(id, { repair: false });
  const lost = acknowledged.filter((seq) => !present.has(seq)).length;
  return lost + (newest - present.size) + (rebuilt?.differences.length ?? 1);
}
