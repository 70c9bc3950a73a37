/**
 * One of several processes that write to a task: `node writer.ts <home> <task> <actor> <count> [mirror]` says that it
 * is ready, waits for a line, and reports `count` times, as fast as it can. Each report that was acknowledged is told
 * at once, with its number and its time: a process that is killed next has said it.
 */

import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { context, mirrorOf, openLedger, reportText, taken } from './ledger.ts';

const [home = '', task = '', actor = '', count = '', mirror] = process.argv.slice(2);
using ledger = await openLedger(home);
tell('ready');
for await (const _line of createInterface({ input: process.stdin })) break;
for (let n = 1; n <= Number(count); n += 1) {
  const from = performance.now();
  const written = await taken(ledger.store.apply(task, { type: 'progress', message: reportText(n) }, context(actor)));
  tell(`${written.task.revision} ${(performance.now() - from).toFixed(3)}`);
  if (mirror !== undefined) await mirrorOf(ledger, ledger.folder, written);
}
process.exit();

function tell(line: string): void {
  writeSync(1, `${line}\n`);
}
