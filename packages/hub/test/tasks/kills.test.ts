/**
 * Tasks whose writers are killed amid their writes. Six kills, drawn from a seed; more by `PERDURE_TEST_KILLS=200`.
 */

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { seededRandom } from '@perdure/testing';
import { killAfterTest } from '@perdure/testing/after-test';
import { expect, it } from 'vitest';
import { taken } from '../../src/store/conformance/world.ts';
import { openTaskWorld } from '../../src/store/tasks/conformance/world.ts';
import { openTaskSqlite } from './task-sqlite.ts';

const kills = Number(env['PERDURE_TEST_KILLS'] ?? 6);
const seed = 20_261_129;
const program = join(import.meta.dirname, 'busy-tasks.ts');

/** What each task had come to, in order. */
const steps = ['first', 'second', 'gone'] as const;
type Step = (typeof steps)[number];

/** What was acknowledged last of each task, when it was killed some time behind `count` words. */
async function writeAndDie(words: readonly string[], { count, ms }: { readonly count: number; readonly ms: number }) {
  const child = spawn(execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  killAfterTest(child.pid);
  const told = new Map<string, Step>();
  let seen = 0;
  for await (const line of createInterface(child.stdout)) {
    const [taskId = '', step] = line.split(' ');
    told.set(taskId, step as Step);
    seen += 1;
    if (seen !== count) continue;
    const moment = performance.now() + ms;
    while (performance.now() < moment);
    child.kill('SIGKILL');
  }
  return told;
}

it(
  'what was acknowledged of tasks is there after each kill -9, with its secrets or without them, by one writer or by two',
  { timeout: 60_000 + kills * 20_000 },
  async () => {
    const opened = await openTaskSqlite();
    const { tasks, ada, agent, notes } = await openTaskWorld(async () => opened);
    const { sqlite, path } = opened.database;
    const random = seededRandom(seed);
    const told = new Map<string, Step>();
    for (let n = 1; n <= kills; n += 1) {
      const words = [path, ada.id, agent.id];
      const writers = Array.from({ length: random() < 0.5 ? 1 : 2 }, async () => {
        return await writeAndDie(words, { count: 1 + Math.floor(random() * 12), ms: random() * 8 });
      });
      for (const [taskId, step] of (await Promise.all(writers)).flatMap((some) => [...some])) told.set(taskId, step);
    }
    expect(told.size).toBeGreaterThan(kills);

    const secrets: string[] = [];
    for (const [taskId, step] of told) {
      const { task } = taken(await tasks.read(ada, { taskId, leaseId: taskId, now: 5_000 })).stored;
      const given = await notes(agent, taskId, 5_000);
      const found = steps.find((one) => given.includes(`${one} of ${taskId}`)) ?? 'gone';
      expect(steps.indexOf(found), `${taskId}: ${step}`).toBeGreaterThanOrEqual(steps.indexOf(step));
      expect(task.status === 'done', taskId).toBe(found === 'gone');
      const { data } = await tasks.activity(taskId, { limit: 100 });
      expect(data.map(({ seq }) => seq)).toEqual(Array.from({ length: task.activitySeq }, (_each, at) => at + 1));
      secrets.push(`first of ${taskId}`, `second of ${taskId}`);
    }
    const count = (sql: string): number => Number(sqlite.prepare(sql).get()?.['n']);
    // No vault without its task, no task without its vault.
    const live = `SELECT count(*) AS n FROM vaults WHERE deleted_at IS NULL`;
    const kept = count('SELECT count(*) AS n FROM hub_tasks WHERE item_id IS NOT NULL');
    expect([count(live), count(`${live} AND id IN (SELECT vault_id FROM hub_tasks)`)]).toEqual([kept, kept]);
    const files = readdirSync(opened.folder).map((name) => readFileSync(join(opened.folder, name)));
    expect(files.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => files.some((file) => file.includes(secret)))).toEqual([]);
  },
);
