/**
 * What a year of work leaves behind: 100,000 tasks, most of them closed, and one task of 100,000 events. The commands
 * that people and agents call all day, as whole processes, against the same where there is little.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { perdureCommand, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { addReports, context, createTask, mirrorOf, openLedger, reportText, taken, type Ledger } from './ledger.ts';

const much = { tasks: 100_000, events: 100_000 };
const little = { tasks: 10, events: 10 };
/** Of how many tasks one is open. */
const openOf = 10;
const perProject = 100;
const rounds = 15;
const warmUps = 2;
const atOnce = 500;
const long = 'long';

const commands = {
  list: ['task', 'list', '--json'],
  'list-project': ['task', 'list', '--json', '--project', '.'],
  continue: ['task', 'continue', '--dry-run', '--json'],
  show: ['task', 'show', long, '--json'],
  recent: ['task', 'recent', long, '--json'],
  progress: ['task', 'progress', long, reportText(0), '--json'],
} as const;

type Name = keyof typeof commands;

export async function measureScale(): Promise<readonly Figure[]> {
  using large = makeTempHome();
  using small = makeTempHome();
  await fill(large.path, much);
  await fill(small.path, little);
  return (Object.keys(commands) as Name[]).map((name) => {
    const pairs = Array.from({ length: warmUps + rounds }, () => ({
      large: run(large.path, name),
      small: run(small.path, name),
    })).slice(warmUps);
    const middle = (side: 'large' | 'small') => median(pairs.map((pair) => pair[side])).toFixed(1);
    return {
      id: `task-${name}-growth`,
      value: median(pairs.map((pair) => pair.large / pair.small)),
      unit: 'x' as const,
      target: { atMost: 2 },
      note: `${much.tasks} tasks, one of ${much.events} events, ${middle('large')} ms; ${little.tasks} tasks ${middle('small')} ms; medians of ${rounds}`,
    };
  });
}

function run(home: string, name: Name): number {
  return timeCommand(perdureCommand, [...commands[name], '--home', home], { cwd: projectOf(home, 0) }).ms;
}

async function fill(home: string, { tasks, events }: typeof much): Promise<void> {
  using ledger = await openLedger(home);
  mkdirSync(projectOf(home, 0), { recursive: true });
  for (let first = 0; first < tasks; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, tasks - first) }, (_, n) => first + n);
    await Promise.all(numbers.map((n) => addTask(ledger, n)));
  }
  await createTask(ledger, long, projectOf(home, 0));
  for (let done = 0; done < events; done += atOnce) await addReports(ledger, long, Math.min(atOnce, events - done));
  const last = await taken(ledger.store.apply(long, { type: 'progress', message: reportText(1) }, context()));
  await mirrorOf(ledger, ledger.folder, last);
}

async function addTask(ledger: Ledger, n: number): Promise<void> {
  const id = `task-${n}`;
  await createTask(ledger, id, projectOf(ledger.home, Math.floor(n / perProject)));
  if (n % openOf !== 0) await taken(ledger.store.apply(id, { type: 'fail', reason: 'It cannot be done.' }, context()));
}

function projectOf(home: string, n: number): string {
  return join(home, 'workspaces', `project-${n}`);
}
