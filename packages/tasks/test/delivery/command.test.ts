import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '@perdure/contract';
import { expect, it, onTestFinished } from 'vitest';
import type { SenderWorld } from '../../src/delivery/message.ts';
import { reportTo, senderIn } from './support.ts';

/** Runs a script of Node as the receiver. */
async function sendTo(script: string, args: readonly string[] = [], changes: Partial<SenderWorld> = {}) {
  const argv = [process.execPath, '-e', script, '--', ...args];
  return await senderIn(changes).send(reportTo({ method: 'command', argv, cwd: tmpdir() }));
}

function aFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-delivery-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'file');
}

const writeAll = `
  const { readFileSync, writeFileSync } = require('node:fs');
  writeFileSync(process.argv[1], JSON.stringify({ argv: process.argv.slice(2), env: process.env, text: readFileSync(0, 'utf8') }));`;

it('the text comes on its standard input, its words as they were given, without a shell', async () => {
  const file = aFile();
  expect(await sendTo(writeAll, [file, '$(id) "a b"; *'])).toEqual({ kind: 'sent' });
  const got = JSON.parse(readFileSync(file, 'utf8')) as { readonly argv: unknown; readonly text: unknown };
  expect(got.argv).toEqual(['$(id) "a b"; *']);
  expect(got.text).toBe('[ship] update:milestone | task [##########] 100%\n');
});

it('it knows of our environment where things are, and nothing that opens a door', async () => {
  const file = aFile();
  const env = { PATH: process.env['PATH'], HOME: '/home/ada', AI_API_KEY: 'sk-secret-secret-secret', LD_PRELOAD: '' };
  expect(await sendTo(writeAll, [file], { env })).toEqual({ kind: 'sent' });
  const got = JSON.parse(readFileSync(file, 'utf8')) as { readonly env: Record<string, string> };
  expect(Object.keys(got.env).toSorted()).toEqual([
    'HOME',
    'PATH',
    'PERDURE_REPORT_KEY',
    'PERDURE_REPORT_REASON',
    'PERDURE_REPORT_TASK',
  ]);
  expect(got.env['PERDURE_REPORT_KEY']).toBe('k3y');
});

it('one that says no has not delivered; what it complains about is told without secrets', async () => {
  const env = { PATH: process.env['PATH'], SHIP_TOKEN: 'hunter2-hunter2' };
  const script = `console.error('no route to hunter2-hunter2'); process.exit(3)`;
  expect(await sendTo(script, [], { env })).toEqual({
    kind: 'failed',
    why: 'it ended with 3: no route to ***************',
  });
});

it('of one that takes too long nobody knows', async () => {
  const outcome = await sendTo('setInterval(() => {}, 1000)', [], { timeoutMs: 200 });
  expect(outcome).toEqual({ kind: 'unknown', why: 'it took longer than 0.2 s and was ended' });
  expect(await sendTo('process.kill(process.pid, "SIGKILL")')).toEqual({ kind: 'unknown', why: 'somebody killed it' });
});

it('one that is not there has certainly not delivered', async () => {
  const delivery = { method: 'command' as const, argv: ['perdure-no-such-program'], cwd: tmpdir() } satisfies Delivery;
  const missing = 'perdure-no-such-program cannot be started (ENOENT)';
  expect(await senderIn().send(reportTo(delivery))).toEqual({ kind: 'failed', why: missing });
});

it('one that reads nothing of its input has delivered all the same', async () => {
  const long = 'x'.repeat(1_000_000);
  const delivery = {
    method: 'command' as const,
    argv: [process.execPath, '-e', '0'],
    cwd: tmpdir(),
  } satisfies Delivery;
  expect(await senderIn().send(reportTo(delivery, { text: long }))).toEqual({ kind: 'sent' });
});

it('a secret that an agent wrote into its report is sent to nobody', async () => {
  const lines: string[] = [];
  const env = { DEPLOY_PASSWORD: 'correct-horse' };
  const sender = senderIn({ env, log: (line) => lines.push(line) });
  await sender.send(
    reportTo({ method: 'log' }, { text: 'next: log in with correct-horse, or sk-abcdefghijklmnopqrst' }),
  );
  expect(lines).toEqual(['2026-01-02T03:04:05.678Z next: log in with *************, or ***********************']);
});

it('a log that cannot be written has certainly not got it', async () => {
  const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
  const sender = senderIn({
    log: () => {
      throw full;
    },
  });
  expect(await sender.send(reportTo({ method: 'log' }))).toEqual({
    kind: 'failed',
    why: 'the log cannot be written (ENOSPC)',
  });
});
