/**
 * Another process on the same database, as a command of somebody's would be: `node neighbour.ts <database> <ms>`
 * commits one small write after the other for so long, with pauses, and prints how long each took, in milliseconds, as
 * JSON.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { createGroupCommit, openDatabase } from '@perdure/db';

const pauseMs = 4;

const [path = '', ms = '0'] = process.argv.slice(2);
const database = await openDatabase({ path, create: false });
const group = createGroupCommit(database);
const write = database.sqlite.prepare(`
  INSERT INTO leases (name, holder, expires_at) VALUES ('bench', 'neighbour', ?)
  ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at`);
const times: number[] = [];
const until = performance.now() + Number(ms);
for (let from = performance.now(); from < until; from = performance.now()) {
  await group.run(() => write.run(Date.now()));
  times.push(performance.now() - from);
  await delay(pauseMs);
}
database.close();
process.stdout.write(JSON.stringify(times));
