/**
 * The sweep over very many tasks, as a whole process, of which a few are due; and the same beside a long past: closed
 * tasks are not looked at.
 */

import { DatabaseSync } from 'node:sqlite';
import { perdureCommand, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { context, createTask, openLedger, taken, type Ledger } from './ledger.ts';

const open = 10_000;
const due = 100;
const closed = 100_000;
const rounds = 5;
const warmUps = 1;
const atOnce = 500;

export async function measureTick(): Promise<readonly Figure[]> {
  using home = makeTempHome();
  await fill(home.path, open, addOpen);
  const alone = measure(home.path);
  await fill(home.path, closed, addClosed);
  const beside = measure(home.path);
  return [
    {
      id: 'task-tick',
      value: alone,
      unit: 'ms',
      target: { atMost: 3_000 },
      note: `${open} running tasks, all bound, ${due} reports due and sent; median of ${rounds}`,
    },
    {
      id: 'task-tick-growth',
      value: beside / alone,
      unit: 'x',
      target: { atMost: 1.2 },
      note: `beside ${closed} closed tasks ${beside.toFixed(0)} ms, without ${alone.toFixed(0)} ms; medians of ${rounds}`,
    },
  ];
}

function measure(home: string): number {
  const times = Array.from({ length: warmUps + rounds }, () => {
    makeDue(home);
    const { ms, stdout } = timeCommand(perdureCommand, ['task', 'tick', '--json', '--home', home]);
    const { sent } = (JSON.parse(stdout) as { readonly data: { readonly sent: number } }).data;
    if (sent !== due) throw new Error(`${sent} reports were sent instead of ${due}.`);
    return ms;
  });
  return median(times.slice(warmUps));
}

/** All were told an hour ago, and only a few want to be told again by now. */
function makeDue(home: string): void {
  const sqlite = new DatabaseSync(`${home}/perdure.db`);
  sqlite.exec(`UPDATE task_reports SET state = 'sent', created_at = created_at - 3600000`);
  sqlite.close();
}

type Add = (ledger: Ledger, n: number) => Promise<void>;

async function fill(home: string, count: number, add: Add): Promise<void> {
  using ledger = await openLedger(home);
  for (let first = 0; first < count; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, count - first) }, (_, n) => first + n);
    await Promise.all(numbers.map((n) => add(ledger, n)));
  }
}

async function addOpen(ledger: Ledger, n: number): Promise<void> {
  const id = `open-${n}`;
  await createTask(ledger, id);
  const interval = n < due ? 60 : 1e9;
  const changes = { report_level: 3, status_update_interval_seconds: interval };
  await taken(ledger.store.apply(id, { type: 'update', changes }, context()));
  await taken(ledger.store.apply(id, { type: 'bind', delivery: { method: 'log' } }, context()));
  await taken(ledger.store.apply(id, { type: 'update', changes: { phase: 'building' } }, context()));
}

async function addClosed(ledger: Ledger, n: number): Promise<void> {
  await createTask(ledger, `closed-${n}`);
  await taken(ledger.store.apply(`closed-${n}`, { type: 'fail', reason: 'It cannot be done.' }, context()));
}
