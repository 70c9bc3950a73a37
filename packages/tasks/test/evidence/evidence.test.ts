import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Evidence } from '@perdure/contract';
import { until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { touchedText } from '../../src/core/touched.ts';
import { compareEvidence, verdictOn } from '../../src/evidence/compare.ts';
import { runCheck, type Check, type CheckOutcome } from '../../src/evidence/evidence.ts';
import { subjectOf } from '../../src/evidence/subject.ts';
import { newTask } from '../core/fixtures.ts';
import { repository, write } from './support.ts';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

async function check(cwd: string, command: readonly string[], more: Partial<Check> = {}): Promise<CheckOutcome> {
  return runCheck({ command, cwd, paths: [], timeoutMs: 60_000, now: () => now, newId: () => 'ev-1', ...more });
}

function ran(outcome: CheckOutcome) {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome;
}

test('a check that ends with 0 has passed, and any other has not', async () => {
  const folder = repository({ a: 'one' });
  const passed = ran(await check(folder, ['sh', '-c', 'printf out; printf err >&2']));
  expect(passed).toMatchObject({ timedOut: false, changedSubject: false });
  expect(passed.evidence).toMatchObject({
    id: 'ev-1',
    at: '2026-01-02T03:04:05.678Z',
    passed: true,
    exit_code: 0,
    cwd: folder,
    command: ['sh', '-c', 'printf out; printf err >&2'],
  });
  expect(passed.evidence.output_tail).toHaveLength(6);
  expect(ran(await check(folder, ['sh', '-c', 'exit 3'])).evidence).toMatchObject({ passed: false, exit_code: 3 });
});

test('evidence is void after an edit, and valid again once the edit is taken back', async () => {
  const folder = repository({ a: 'one', '.gitignore': 'x\n' });
  const { evidence } = ran(await check(folder, ['true']));
  const current = async () => verdictOn(evidence, await subjectOf({ cwd: folder, paths: [] })).kind;
  expect(await current()).toBe('holds');
  write(folder, { x: 'ignored' });
  expect(await current()).toBe('holds');
  write(folder, { a: 'two' });
  expect(await current()).toBe('changed');
  write(folder, { a: 'one' });
  expect(await current()).toBe('holds');
});

test('a statement about no files holds, and what cannot be looked at now is neither good nor void', () => {
  const gone = {
    kind: 'refused',
    code: 'invalid_input',
    message: 'Git is not installed, so what; list them.',
  } as const;
  const subject = { kind: 'git' as const, digest: 'd', paths: [] };
  expect(verdictOn({}, gone)).toEqual({ kind: 'holds' });
  expect(verdictOn({ subject }, gone)).toEqual({ kind: 'unclear', why: 'Git is not installed, so what' });
  const files = { kind: 'subject', stamp: '', subject: { ...subject, kind: 'files' as const } } as const;
  expect(verdictOn({ subject }, files)).toEqual({
    kind: 'unclear',
    why: 'the files were read by git then, and not now',
  });
});

test('a check during which its files change did not run on any state of them, whoever changed them', async () => {
  const folder = repository({ a: 'one' });
  const outcome = ran(await check(folder, ['sh', '-c', 'echo two > a']));
  expect(outcome).toMatchObject({ changedSubject: true, evidence: { passed: true, files_changed: true } });
});

test('a check during which files change names the first five of them and says how many there are', async () => {
  for (const paths of [[], ['.']]) {
    const folder = repository({ a: 'one', gone: 'x', same: 'y' });
    const outcome = ran(await check(folder, ['sh', '-c', 'echo two > a; rm gone; touch "b\nc" d e f g'], { paths }));
    expect(outcome.evidence.files_touched).toEqual({ names: ['a', 'b\nc', 'd', 'e', 'f'], count: 7 });
    expect(touchedText(outcome.evidence)).toBe(': a, b c, d, e, f and 2 more');
  }
});

test('a check that swaps files and puts them back is seen to have written them', async () => {
  const folder = repository({ a: 'bad' });
  const swap = 'cp a keep && echo good > a && grep -q good a && mv keep a';
  const outcome = ran(await check(folder, ['sh', '-c', swap]));
  expect(outcome).toMatchObject({
    changedSubject: false,
    evidence: { passed: true, files_rewritten: true, files_touched: { names: ['a'], count: 1 } },
  });
  expect(ran(await check(folder, ['cat', 'a'])).evidence).not.toHaveProperty('files_rewritten');
});

test('the program that a name stands for is recorded, also one of another folder of the same name', async () => {
  const folder = repository({ a: 'one' });
  write(folder, { 'bin/npm': '#!/bin/sh\nexit 0\n' });
  chmodSync(join(folder, 'bin/npm'), 0o755);
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` };
  expect(ran(await check(folder, ['npm', 'test'], { env })).evidence.program).toBe(join(folder, 'bin/npm'));
});

async function compared(evidence: readonly Evidence[]) {
  return await compareEvidence({ ...newTask(), evidence: [...evidence] }, { env: process.env });
}

test('evidence of another folder, of a baseline and of an import is left alone', async () => {
  const folder = repository({ a: 'one' });
  const { evidence } = ran(await check(folder, ['true']));
  write(folder, { a: 'two' });
  const given = { ...evidence, criterion: 1, by: 'ada' };
  expect(await compared([{ ...given, kind: 'check' }])).toEqual({ stale: ['ev-1'], uncompared: [] });
  expect(await compared([{ ...given, kind: 'attest' }])).toEqual({ stale: ['ev-1'], uncompared: [] });
  expect(await compared([{ ...given, kind: 'check', imported: true }])).toEqual({ stale: [], uncompared: [] });
  expect(await compared([{ ...given, kind: 'baseline' }])).toEqual({ stale: [], uncompared: [] });
  const [gone] = (await compared([{ ...given, kind: 'check', cwd: join(folder, 'gone') }])).uncompared;
  expect(gone).toMatchObject({ id: 'ev-1', why: expect.stringContaining('There is no folder') });
});

test('arguments reach the program as they are, through no shell', async () => {
  const folder = repository({ a: 'one' });
  const { evidence } = ran(await check(folder, ['printf', '%s|', '$HOME', '; exit 1', '*']));
  expect(evidence.output_tail).toBe('$HOME|; exit 1|*|');
});

test('of ten megabytes the digest covers all and the tail is the last 4 KiB, cut at a character', async () => {
  const folder = repository({ a: 'one' });
  const script = "process.stdout.write('é'.repeat(5_000_000) + '!')";
  const { evidence } = ran(await check(folder, [process.execPath, '-e', script]));
  const all = Buffer.from(`${'é'.repeat(5_000_000)}!`);
  expect(evidence.output_digest).toBe(createHash('sha256').update(all).digest('hex'));
  expect(evidence.output_tail).toBe(`${'é'.repeat(2_047)}!`);
});

test('output that is no text is kept as far as it can be read', async () => {
  const folder = repository({ a: 'one' });
  const { evidence } = ran(await check(folder, ['printf', String.raw`ok\377\376`]));
  expect(evidence.output_tail).toBe('ok\u{FFFD}\u{FFFD}');
});

test('secrets of the environment are starred out of the tail, also where the cut goes through one', async () => {
  const folder = repository({ a: 'one' });
  const secret = `s3cret-${'x'.repeat(40)}`;
  const env = {
    PATH: process.env['PATH'],
    SERVICE_TOKEN: secret,
    DATABASE_URL: 'postgres://me:pass-word-1@db/x',
    PAD: '0',
  };
  const { evidence } = ran(await check(folder, ['sh', '-c', 'echo $SERVICE_TOKEN; echo $DATABASE_URL'], { env }));
  expect(evidence.output_tail).toBe(`${'*'.repeat(secret.length)}\npostgres://me:***********@db/x\n`);
  for (const pad of [4_060, 4_080, 4_095]) {
    const script = 'process.stdout.write(process.env.SERVICE_TOKEN + "-".repeat(Number(process.env.PAD)))';
    const cut = ran(await check(folder, [process.execPath, '-e', script], { env: { ...env, PAD: String(pad) } }));
    expect(cut.evidence.output_tail).toBe(`${'*'.repeat(4_096 - pad)}${'-'.repeat(pad)}`);
  }
});

test('a command that spells out a secret is refused without repeating it, and is not run', async () => {
  const folder = repository({ a: 'one' });
  const env = { ...process.env, SERVICE_TOKEN: 'abcdefghij' };
  const outcome = await check(folder, ['sh', '-c', 'touch ran; echo abcdefghij'], { env });
  expect(outcome).toMatchObject({
    kind: 'refused',
    code: 'invalid_input',
    message: expect.stringContaining('SERVICE_TOKEN'),
  });
  expect(JSON.stringify(outcome)).not.toContain('abcdefghij');
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test('a check that takes too long is killed with everything it started, and did not pass', async () => {
  const folder = repository({ a: 'one' });
  const outcome = ran(await check(folder, ['sh', '-c', 'sleep 300 & wait'], { timeoutMs: 1_500 }));
  expect(outcome).toMatchObject({ timedOut: true, evidence: { passed: false, exit_code: null } });
  await until(() => runningIn(folder).length === 0, { what: 'nothing of it runs' });
});

test('what a check leaves running is killed when it ends', async () => {
  const folder = repository({ a: 'one', '.gitignore': 'pid\n' });
  const outcome = ran(await check(folder, ['sh', '-c', 'sleep 300 & echo $! > pid']));
  expect(outcome.evidence.passed).toBe(true);
  await gone(Number(readFileSync(join(folder, 'pid'), 'utf8')));
});

test('what a check has printed counts, also where there was no time to read it', async () => {
  const folder = repository({ a: 'one', '.gitignore': ['there', 'go', 'said', 'pid', 'new'].join('\n') });
  const there = (name: string): boolean => existsSync(join(folder, name));
  const daemon = `setsid sh -c 'touch there; while [ -e there ] && ! [ -e go ]; do :; done; echo late; touch said' &
    while ! [ -e there ]; do :; done; echo $$ > new; mv new pid`;
  const outcome = check(folder, ['sh', '-c', daemon]);
  await until(() => there('pid'), { what: 'the check has begun' });
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await until(() => !isThere(pid), { what: 'the check has ended', everyMs: 1 });
  // The loop stands still from here on until it has listened for long enough, and timers come next.
  await setImmediate();
  writeFileSync(join(folder, 'go'), '');
  const since = performance.now();
  while (!there('said') || performance.now() - since < 1_500);
  expect(ran(await outcome).evidence.output_tail).toBe('late\n');
});

test('a check that a signal ended has no exit code', async () => {
  const folder = repository({ a: 'one' });
  expect(ran(await check(folder, ['sh', '-c', 'kill -9 $$'])).evidence).toMatchObject({
    passed: false,
    exit_code: null,
  });
});

test('an abort kills the check and records nothing', async () => {
  const folder = repository({ a: 'one', '.gitignore': 'pid\n' });
  const stop = new AbortController();
  const outcome = check(folder, ['sh', '-c', 'echo $$ > new; mv new pid; sleep 300'], { signal: stop.signal });
  await until(() => existsSync(join(folder, 'pid')), { what: 'the check runs' });
  stop.abort(new Error('enough'));
  await expect(outcome).rejects.toThrow('enough');
  await gone(Number(readFileSync(join(folder, 'pid'), 'utf8')));
});

test('a program that is not there, no command, and no folder are refused', async () => {
  const folder = repository({ a: 'one' });
  for (const outcome of [
    await check(folder, ['no-such-program-here']),
    await check(folder, []),
    await check(folder, ['']),
    await check(join(folder, 'missing'), ['true']),
    await check(folder, ['true', 'a\0b']),
  ]) {
    expect(outcome).toMatchObject({ kind: 'refused', code: 'invalid_input' });
  }
});

/** A process that was killed is gone, or waits as a zombie for a parent that does not care. */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1);
  await until(() => !isRunning(pid), { what: `process ${pid} is gone` });
}

/** The processes that are at work in a folder. Linux; elsewhere it sees none. */
function runningIn(folder: string): readonly string[] {
  const pids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}

/** Whether anybody has still to be told of its end. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z') === false;
  } catch {
    return false;
  }
}
