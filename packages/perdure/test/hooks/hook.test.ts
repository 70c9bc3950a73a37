/** What Claude Code calls, with the JSON that its documentation says it sends. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HolderProcess } from '@perdure/contract';
import { identityOf, processSpace } from '@perdure/home';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type TaskCliOptions, type TaskPlace } from '../tasks/task-cli.ts';

const common = {
  session_id: 'abc123',
  transcript_path: '/home/ada/.claude/projects/ship/abc123.jsonl',
  permission_mode: 'default',
};
const events = {
  'session-start': { ...common, hook_event_name: 'SessionStart', source: 'startup', model: 'claude-sonnet-4-6' },
  'pre-compact': { ...common, hook_event_name: 'PreCompact', trigger: 'auto', custom_instructions: '' },
  stop: { ...common, hook_event_name: 'Stop', stop_hook_active: false, last_assistant_message: 'Done.' },
} as const;
type Word = keyof typeof events;

interface Answer {
  readonly hookSpecificOutput?: { readonly hookEventName: string; readonly additionalContext: string };
  readonly decision?: string;
  readonly reason?: string;
}

/** The answer of a hook that ends well, without a word beside it; undefined: it says nothing. */
async function hook(place: TaskPlace, word: Word, change: object = {}, given: TaskCliOptions = {}) {
  const stdin = JSON.stringify({ ...events[word], cwd: place.folder, ...change });
  const { code, stdout, stderr } = await place.perdure(['hook', word], { cwd: '/', ...given, stdin });
  expect([code, stderr]).toEqual([0, '']);
  return stdout === '' ? undefined : (JSON.parse(stdout) as Answer);
}

function place(): TaskPlace {
  const made = createTaskPlace();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

function holderOf(pid: number): HolderProcess {
  const { startedAt } = identityOf(pid)!;
  return { pid, started_at: startedAt, machine: processSpace() };
}

/** The session, which is this process. */
const session = holderOf(process.pid);

/** A process below this one, as a server of MCP is below the session that started it. */
async function startServer(): Promise<HolderProcess> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return holderOf(child.pid ?? 0);
}

async function taskOf(made: TaskPlace, caller: HolderProcess, ...flags: readonly string[]): Promise<void> {
  const argv = ['create', 'ship', '--title', 'Ship it', '--goal', 'Released', '--criterion', 'It works', ...flags];
  await made.data(argv, { caller });
}

describe('at the start of a session', () => {
  test('the brief of an open task is told, with how to take it up, and nothing is written', async () => {
    const made = place();
    await aTask(made, '--next-step', 'Build the package.');
    await made.task(['release', 'ship', '--break', 'gone', '--holder', 'owner']);
    const { revision } = await made.data(['show', 'ship']);
    const answer = await hook(made, 'session-start');
    expect(answer?.hookSpecificOutput).toMatchObject({ hookEventName: 'SessionStart' });
    const { additionalContext: words = '' } = answer?.hookSpecificOutput ?? {};
    expect(words).toMatch(/^A durable task of this project is open: ship\. Only if .* perdure task continue ship\n/);
    expect(words).toContain('Build the package.');
    expect((await made.data(['show', 'ship'])).revision).toBe(revision);
  });

  test.each(['resume', 'compact'])(
    'after %s whoever holds the lease is told to ask at the boundary',
    async (source) => {
      const made = place();
      await taskOf(made, session);
      const answer = await hook(made, 'session-start', { source }, { caller: session });
      expect(answer?.hookSpecificOutput?.additionalContext).toMatch(
        /^You are at work on the durable task ship .*boundary ship\n/,
      );
    },
  );

  test('nothing is said of a task that somebody else is at work on, or that is complete', async () => {
    const made = place();
    const server = await startServer();
    await taskOf(made, server);
    expect(await hook(made, 'session-start')).toBeUndefined();
    expect((await made.task(['complete', 'ship', '--override', 'enough'], { caller: server })).code).toBe(0);
    expect(await hook(made, 'session-start')).toBeUndefined();
  });

  test('a task that a person paused is to be left alone', async () => {
    const made = place();
    const token = await aTask(made);
    await made.task(['pause', 'ship', 'lunch']);
    await made.task(['boundary', 'ship', '--lease', token]);
    const words = (await hook(made, 'session-start'))?.hookSpecificOutput?.additionalContext;
    expect(words).toMatch(/^The durable task ship \(Ship it\) is paused\. Leave it alone/);
  });

  test('where there are no tasks nothing is said, and no place for them is made', async () => {
    const made = place();
    const folder = mkdtempSync(join(tmpdir(), 'perdure-hook-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const word of Object.keys(events) as Word[]) expect(await hook(made, word, { cwd: folder })).toBeUndefined();
    expect([existsSync(join(folder, '.perdure')), existsSync(join(made.folder, 'account'))]).toEqual([false, false]);
  });
});

describe('before a compaction', () => {
  test('the log gets a checkpoint under the lease of the session, which lasts longer for it', async () => {
    const made = place();
    await taskOf(made, session, '--next-step', 'Build the package.');
    made.now += 60_000;
    expect(await hook(made, 'pre-compact', {}, { caller: session })).toBeUndefined();
    const { lease } = await made.data(['show', 'ship']);
    expect(Date.parse(lease.expires_at)).toBeGreaterThanOrEqual(made.now + lease.ttl_ms);
    const log = readFileSync(join(made.paths.root, 'tasks/ship.events.jsonl'), 'utf8');
    expect(JSON.parse(log.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'before_compaction',
      details: { trigger: 'auto', next_step: 'Build the package.' },
    });
    expect(log).not.toContain('abc123');
  });

  test('of somebody else nothing is written', async () => {
    const made = place();
    await taskOf(made, await startServer());
    const { revision } = await made.data(['show', 'ship']);
    expect(await hook(made, 'pre-compact')).toBeUndefined();
    expect((await made.data(['show', 'ship'])).revision).toBe(revision);
  });
});

describe('before a stop', () => {
  test('the session that holds the lease is held up once while something is missing, and told what', async () => {
    const made = place();
    await taskOf(made, session);
    const answer = await hook(made, 'stop', {}, { caller: session });
    expect(answer?.decision).toBe('block');
    expect(answer?.reason).toMatch(/^The durable task ship is yours and not complete:\n- criterion 1 /);
    expect(await hook(made, 'stop', { stop_hook_active: true }, { caller: session })).toBeUndefined();
  });

  test('a lease that its server of MCP holds, or that the environment names, is the session’s', async () => {
    const made = place();
    await taskOf(made, await startServer());
    expect((await hook(made, 'stop', {}, { caller: session }))?.decision).toBe('block');
    const other = place();
    const token = await aTask(other);
    expect(await hook(other, 'stop')).toBeUndefined();
    expect((await hook(other, 'stop', {}, { env: { PERDURE_LEASE: token } }))?.decision).toBe('block');
  });

  test('nobody is held up for a task of somebody else, or one whose lease has expired', async () => {
    const made = place();
    await taskOf(made, session);
    expect(await hook(made, 'stop', {}, { caller: await startServer() })).toBeUndefined();
    expect(await hook(made, 'stop')).toBeUndefined();
    made.now += 3_600_000;
    expect(await hook(made, 'stop', {}, { caller: session })).toBeUndefined();
  });

  test.each(['pause', 'stop'])('nobody is held up after a %s, told or not', async (intent) => {
    const made = place();
    await taskOf(made, session);
    await made.task([intent, 'ship', 'enough for today', '--safe-boundary-only']);
    expect(await hook(made, 'stop', {}, { caller: session })).toBeUndefined();
    await made.task(['boundary', 'ship'], { caller: session });
    expect(await hook(made, 'stop', {}, { caller: session })).toBeUndefined();
  });

  test('nobody is held up once the task is complete', async () => {
    const made = place();
    await taskOf(made, session);
    expect((await made.task(['complete', 'ship', '--override', 'enough'], { caller: session })).code).toBe(0);
    expect(await hook(made, 'stop', {}, { caller: session })).toBeUndefined();
  });
});

describe('whatever comes', () => {
  test.each([
    [['hook', 'stop'], ''],
    [['hook', 'stop'], 'not json'],
    [['hook', 'stop'], 'null'],
    [['hook', 'stop', '--since', '2030'], '{"cwd":5,"stop_hook_active":"odd"}'],
    [['hook', 'session-end', 'and', 'more'], '{"cwd":"/nowhere/at/all"}'],
    [['hook'], '{}'],
    [['hook', 'pre-compact'], Buffer.from([0xff, 0xfe])],
  ] as const)('%j ends well and holds nobody up', async (argv, stdin) => {
    const made = place();
    await taskOf(made, session);
    const { code, stdout } = await made.perdure(argv, { stdin, caller: session });
    expect([code, stdout]).toEqual([0, '']);
  });

  test('a database that is broken ends well too, with a line of why', async () => {
    const made = place();
    const home = join(made.folder, 'broken');
    const { code, stdout, stderr } = await made.perdure(['hook', 'stop', '--home', home], {
      stdin: JSON.stringify({ ...events.stop, cwd: made.folder }),
      env: { PERDURE_HOME: '/dev/null' },
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr.split('\n').length).toBeLessThan(3);
  });
});
