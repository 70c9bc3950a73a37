/**
 * Taking work up again where there are very many tasks, against where there are few: `perdure task continue` as a whole
 * process.
 */

import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { TaskCommand } from '@perdure/tasks';
import { perdureCommand, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { context, createTask, openLedger, reportText, taken, type Ledger } from './ledger.ts';

const many = 10_000;
const few = 10;
const eventsPerTask = 10;
/** Of those tasks that lie in one project folder. */
const perProject = 10;
const pairs = 30;
const warmUps = 3;

export async function measureContinue(): Promise<readonly Figure[]> {
  using largeHome = makeTempHome();
  using smallHome = makeTempHome();
  await fill(largeHome.path, many);
  await fill(smallHome.path, few);
  const [large, small] = [continuing(largeHome.path), continuing(smallHome.path)];
  const rounds = Array.from({ length: warmUps + pairs }, () => ({
    dry: { large: large.dry(), small: small.dry() },
    real: { large: large.real(), small: small.real() },
  })).slice(warmUps);
  const growth = (kind: 'dry' | 'real') => {
    const middle = (side: 'large' | 'small') => median(rounds.map((round) => round[kind][side])).toFixed(1);
    return {
      value: median(rounds.map((round) => round[kind].large / round[kind].small)),
      unit: 'x' as const,
      target: { atMost: 2 },
      note: `${many} tasks with ${many * eventsPerTask} events ${middle('large')} ms, ${few} tasks ${middle('small')} ms, medians of ${pairs}`,
    };
  };
  return [
    { id: 'task-continue-dry-growth', ...growth('dry') },
    { id: 'task-continue-growth', ...growth('real') },
  ];
}

/** Continues from the folder of a project. Each names the lease that the last real one left, and so may go on. */
function continuing(home: string) {
  const cwd = projectOf(home, 0);
  const run = (...flags: string[]) =>
    timeCommand(perdureCommand, ['task', 'continue', '--json', '--home', home, ...flags], { cwd });
  let lease: string | undefined;
  const named = () => (lease === undefined ? [] : ['--lease', lease]);
  return {
    dry: () => run('--dry-run', ...named()).ms,
    real: () => {
      const { ms, stdout } = run(...named());
      lease = (JSON.parse(stdout) as { readonly data: { readonly lease_token: string } }).data.lease_token;
      return ms;
    },
  };
}

async function fill(home: string, count: number): Promise<void> {
  using ledger = await openLedger(home);
  mkdirSync(projectOf(home, 0), { recursive: true });
  const atOnce = 100;
  for (let first = 0; first < count; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - first) }, (_, n) => first + n);
    await Promise.all(numbers.map((n) => addTask(ledger, n)));
  }
}

/** Most run, some are paused, stopped or failed. */
async function addTask(ledger: Ledger, n: number): Promise<void> {
  const id = `task-${n}`;
  await createTask(ledger, id, projectOf(ledger.home, Math.floor(n / perProject)));
  for (let event = 2; event < eventsPerTask; event += 1) {
    await taken(ledger.store.apply(id, { type: 'progress', message: reportText(event) }, context()));
  }
  await taken(ledger.store.apply(id, lastOf(n), context()));
}

function lastOf(n: number): TaskCommand {
  const control = { type: 'control', controlId: `control-${n}`, message: 'Later.', when: 'now' } as const;
  switch (n % 10) {
    case 6:
      return { ...control, intent: 'pause' };
    case 7:
      return { ...control, intent: 'stop' };
    case 8:
      return { type: 'fail', reason: 'It cannot be done.' };
    default:
      return { type: 'progress', message: reportText(eventsPerTask) };
  }
}

function projectOf(home: string, n: number): string {
  return join(home, 'workspaces', `project-${n}`);
}
