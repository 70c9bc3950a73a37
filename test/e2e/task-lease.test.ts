/** Agents in processes of their own that want the same task, and one that is frozen while it has it. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { runTask, startTask, taskData } from './task-command.ts';

/** A folder with a state root and a task `ship` that nobody has. */
async function aProject(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-lease-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  mkdirSync(join(folder, '.perdure'));
  execFileSync('git', ['init', '-q'], { cwd: folder });
  const plan = ['--title', 'Ship it', '--goal', 'Released', '--criterion', 'It works', '--no-lease'];
  await taskData(['create', 'ship', ...plan], { cwd: folder });
  return folder;
}

test('of agents that continue a task at the same moment exactly one gets it, and the others are told who, with 8', async () => {
  const cwd = await aProject();
  for (let round = 1; round <= 2; round += 1) {
    const names = ['one', 'two', 'three'];
    const outcomes = await Promise.all(
      names.map((name) => runTask(['continue', 'ship', '--holder', name, '--json'], { cwd })),
    );
    expect(outcomes.map(({ code }) => Number(code)).toSorted((a, b) => a - b)).toEqual([0, 8, 8]);
    const winner = outcomes.findIndex(({ code }) => code === 0);
    for (const { code, stderr } of outcomes) {
      if (code === 8)
        expect(JSON.parse(stderr)).toMatchObject({ code: 'lease_held', details: { holder: names[winner] } });
    }
    const { data } = JSON.parse(outcomes[winner]?.stdout ?? '') as { readonly data: { readonly lease_token: string } };
    const env = { PERDURE_LEASE: data.lease_token };
    expect((await runTask(['progress', 'ship', `round ${round}`], { cwd, env })).code).toBe(0);
    expect((await taskData(['show', 'ship'], { cwd })).lease).toMatchObject({ holder: names[winner], fence: round });
    expect((await taskData(['release', 'ship'], { cwd, env })).released).toBe(true);
  }
  expect((await runTask(['rebuild', 'ship'], { cwd })).code).toBe(0);
}, 180_000);

test('an agent that is frozen in a check past its lease is refused when it thaws, and its evidence counts for nothing', async () => {
  const cwd = await aProject();
  const brief = { PERDURE_LEASE_SECONDS: '2' };
  const first = await taskData(['continue', 'ship', '--holder', 'first'], { cwd, env: brief });
  const env = { ...brief, PERDURE_LEASE: String(first.lease_token) };
  // Beside the project: what a check writes into it changes what it proves.
  const [started, thawed] = [`${cwd}.started`, `${cwd}.thawed`];
  onTestFinished(() => [started, thawed].forEach((file) => rmSync(file, { force: true })));
  const check = ['--', 'sh', '-c', 'touch "$0"; while [ ! -e "$1" ]; do sleep 0.05; done', started, thawed];
  const frozen = startTask(['verify', 'ship', '--criterion', '1', ...check], { cwd, env });
  await until(() => existsSync(started), { withinMs: 60_000, what: 'the check runs' });
  frozen.child.kill('SIGSTOP');

  const taken = await until(
    async () => {
      const outcome = await runTask(['continue', 'ship', '--holder', 'second', '--json'], { cwd });
      return outcome.code === 0 && outcome;
    },
    { withinMs: 60_000, everyMs: 100, what: 'the second has taken the task over' },
  );
  const { data } = JSON.parse(taken.stdout) as { readonly data: { readonly lease_token: string } };
  const before = await taskData(['show', 'ship'], { cwd });
  expect(before.lease).toMatchObject({ holder: 'second', fence: 2 });

  writeFileSync(thawed, '');
  frozen.child.kill('SIGCONT');
  const { code, stderr } = await frozen.outcome;
  expect(code).toBe(8);
  expect(stderr).toMatch(/^perdure: second [^\n]*task ship/);
  expect(await taskData(['show', 'ship'], { cwd })).toMatchObject({ revision: before.revision, evidence: [] });
  const env2 = { PERDURE_LEASE: data.lease_token };
  expect((await runTask(['progress', 'ship', 'on'], { cwd, env: env2 })).code).toBe(0);
}, 180_000);
