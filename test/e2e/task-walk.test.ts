/**
 * The walk of a task through real processes: planned, worked on, paused from another terminal, its agent killed,
 * continued in a new shell, completed on evidence. No server runs.
 */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { receiveReports } from './webhook-receiver.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

test('a task is planned, worked on, paused, killed, continued in a new shell and completed on evidence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-walk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['init', '-q'], { cwd: folder });
  const perdure = (argv: readonly string[], lease = '') => runPerdure(argv, { cwd: folder, lease });
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

  // Plan.
  expect((await perdure(['init'])).code).toBe(0);
  const plan = ['--title', 'Greeter', '--goal', 'A greeter that greets', '--milestone', 'parse: Parser'];
  const more = ['--milestone', 'print: Printer', '--milestone', 'docs: Docs', '--max-parallel', '2'];
  const criteria = ['parses', 'prints', 'is documented'].flatMap((text) => ['--criterion', text]);
  const created = await perdure(['task', 'create', 'greeter', ...plan, ...more, ...criteria, '--json']);
  const lease = leaseOf(created);
  const verify = (criterion: number, file: string, token: string) =>
    perdure(['task', 'verify', 'greeter', '--criterion', String(criterion), '--', 'grep', '-q', 'good', file], token);
  const finish = (milestone: string, token: string) =>
    perdure(['task', 'milestone', 'greeter', milestone, '--status', 'done'], token);

  // Whoever waits for it is told by a webhook, whose secret is in a file alone.
  const receiver = await receiveReports('a secret of this walk');
  appendFileSync(join(folder, '.perdure/.env'), 'WALK_HOOK="a secret of this walk"\n');
  const hook = ['--method', 'webhook', '--url', receiver.url, '--secret', 'env:WALK_HOOK'];
  expect((await perdure(['task', 'bind', 'greeter', ...hook], lease)).code).toBe(0);

  // The first is right at once; the second fails, and is mended.
  write('parser.txt', 'good\n');
  expect((await verify(1, 'parser.txt', lease)).code).toBe(0);
  await finish('parse', lease);
  write('printer.txt', 'bad\n');
  expect((await verify(2, 'printer.txt', lease)).code).toBe(1);
  expect((await perdure(['task', 'complete', 'greeter'], lease)).code).toBe(9);
  write('printer.txt', 'good\n');
  expect((await verify(2, 'printer.txt', lease)).code).toBe(0);
  await finish('print', lease);

  // Two workers get a line each; one returns while the agent is still there.
  const giveLane = (line: string) =>
    perdure(['task', 'lane', 'assign', 'greeter', line, `Write ${line}`, '--writes', `${line}/`], lease);
  expect((await giveLane('texts')).code + (await giveLane('images')).code).toBe(0);
  const returns = (line: string) => {
    write('return.md', returnOf(line));
    return perdure(['task', 'lane', 'ingest', 'greeter', 'return.md']);
  };
  expect((await returns('texts')).code).toBe(0);
  expect((await perdure(['task', 'lane', 'check', 'greeter', '--strict'])).code).toBe(0);

  // Another terminal pauses; the agent hears of it at its boundary.
  expect((await perdure(['task', 'pause', 'greeter', 'Lunch'])).code).toBe(0);
  expect((await perdure(['task', 'boundary', 'greeter'], lease)).stdout).toContain('Pause. Lunch');

  // The agent goes on, begins an act outside, and is killed in the middle of it.
  const resumed = await perdure(['task', 'continue', 'greeter', '--json'], lease);
  await killInTheMiddle(folder, leaseOf(resumed));

  // A new shell, without any memory: as soon as the lease has run out.
  const held = await until(
    async () => {
      const outcome = await perdure(['task', 'continue', '--json']);
      return outcome.code !== 8 && outcome;
    },
    { withinMs: 60_000, everyMs: 200, what: 'the lease of the killed agent runs out' },
  );
  expect(held.code).toBe(1);
  const brief = JSON.parse(held.stdout) as {
    readonly data: { readonly brief: { readonly unresolved_actions: object[] } };
  };
  expect(brief.data.brief.unresolved_actions).toMatchObject([{ id: 'publish' }]);
  await perdure(['task', 'action', 'resolve', 'greeter', 'publish', '--how', 'Not there', '--outcome', 'failed']);
  const again = await perdure(['task', 'continue', '--json']);
  const token = leaseOf(again);
  expect((await perdure(['task', 'progress', 'greeter', 'I am not dead'], lease)).code).toBe(8);

  // What was verified before is void, for files have changed since; it is run again.
  write('docs.txt', 'good\n');
  expect((await verify(3, 'docs.txt', token)).code).toBe(0);
  await finish('docs', token);
  const early = await perdure(['task', 'complete', 'greeter', '--reverify'], token);
  expect(early).toMatchObject({ code: 9, stderr: expect.stringContaining('lane images is at work') as string });
  // The other worker outlived the agent that it worked for.
  expect((await returns('images')).code).toBe(0);
  write('parser.txt', 'good, and more\n');
  expect((await perdure(['task', 'complete', 'greeter'], token)).code).toBe(9);
  const completed = await perdure(['task', 'complete', 'greeter', '--reverify'], token);
  expect(completed).toMatchObject({ code: 0, stdout: expect.stringContaining('every criterion') as string });

  // Each report has arrived once, by processes that nobody waited for.
  const told = ['milestone', 'milestone', 'control', 'blocker', 'milestone', 'completion'];
  const reasons = () => receiver.arrived.map(({ reason }) => reason);
  await until(() => reasons().length >= told.length, { withinMs: 60_000, what: 'the reports arrive' });
  expect([reasons(), receiver.forged()]).toEqual([told, 0]);
  expect(new Set(receiver.arrived.map(({ key }) => key)).size).toBe(told.length);
  expect(receiver.arrived.at(-1)?.text).toMatch(/^\[greeter\] update:completion \| task \[#{10}\] 100%/);

  // The log is the truth, and the readable copy follows it.
  expect((await perdure(['task', 'rebuild', '--all'])).code).toBe(0);
  const copy = JSON.parse(readFileSync(join(folder, '.perdure/tasks/greeter.json'), 'utf8')) as object;
  expect(copy).toMatchObject({ desired_state: 'completed' });
}, 400_000);

/** What a worker hands back whose line is done. */
function returnOf(line: string): string {
  const headers = ['tag: done', 'task_id: greeter', `line: ${line}`, 'node: start', 'goal_status: complete'];
  return `${[...headers, 'next_role: none'].join('\n')}\n\nGoal\nWrite ${line}\nCompleted\nAll of it\n`;
}

/** An agent that records what it is about to do, and does not live to say how it ended. */
async function killInTheMiddle(folder: string, lease: string): Promise<void> {
  const script = `"$0" "$1" task action start greeter publish && touch started && exec sleep 60`;
  const agent = spawn('/bin/sh', ['-c', script, process.execPath, main], {
    cwd: folder,
    env: environment(lease),
    stdio: 'ignore',
  });
  const ended = once(agent, 'exit');
  try {
    await until(() => existsSync(join(folder, 'started')), { withinMs: 60_000, what: 'the agent begins its act' });
  } finally {
    agent.kill('SIGKILL');
    await ended;
  }
  rmSync(join(folder, 'started'));
}

/** Leases are short here, so that the test need not wait for long. */
function environment(lease: string): NodeJS.ProcessEnv {
  return { ...process.env, PERDURE_LEASE: lease, PERDURE_LEASE_SECONDS: '12', PERDURE_HOME: '' };
}

function runPerdure(argv: readonly string[], { cwd, lease }: { readonly cwd: string; readonly lease: string }) {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  execFile(process.execPath, [main, ...argv], { cwd, env: environment(lease) }, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
  });
  return promise;
}

function leaseOf({ stdout, stderr }: Outcome): string {
  if (stdout === '') throw new Error(stderr);
  const { data } = JSON.parse(stdout) as { readonly data: { readonly lease_token?: string } };
  return data.lease_token ?? '';
}
