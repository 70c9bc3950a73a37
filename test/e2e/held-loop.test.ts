/**
 * Data and code that would hold a process for ever: a contract whose pattern goes back for ever on one answer, an input
 * that does so in the server, and a pipeline that is a loop without an end. The whole product runs, but for the command
 * line: the launcher is asked to lose its patience sooner than people would wait for a test.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run } from '@perdure/contract';
import { homePaths, readOwnerKey } from '@perdure/home';
import { launch, type Launched, type LaunchStatus } from '@perdure/launcher';
import { createClient, type Client } from '@perdure/sdk';
import { freePorts, until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, 'fixtures', 'held-loop');
const endless = `${'a'.repeat(36)}!`;
/** Six questions without an answer, and a worker is killed; twelve before it is ready, which a busy machine needs. */
const askEveryMs = 2_500;
const limit = { timeout: 240_000 };

let folder: string;
let launched: Launched | undefined;
let client: Client;
const statuses: LaunchStatus[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-held-'));
  const home = join(folder, 'state');
  const script = join(folder, 'script.json');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(script, JSON.stringify([{ match: { idempotencyKeyIncludes: '/odd/' }, json: { code: endless } }]));
  process.env['PERDURE_DEMO_MODEL_SCRIPT'] = script;
  const [port = 0, workerPort = 0, demoModelPort = 0] = await freePorts(3);
  launched = await launch({
    home,
    project,
    settings: {
      port,
      workerPort,
      demoModelPort,
      logLevel: 'info',
      contextTokens: 100_000,
      modelPatience: 0,
      budgetTurns: 500,
    },
    demo: true,
    version: '0.0.0',
    askEveryMs,
    watch: [],
    log: () => undefined,
    onStatus: (status) => void statuses.push(status),
  });
  client = createClient({ url: launched.info.url, key: readOwnerKey(homePaths(home)) ?? '' });
}, 240_000);

afterAll(async () => {
  delete process.env['PERDURE_DEMO_MODEL_SCRIPT'];
  await launched?.stop({ force: true });
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 180_000);

const start = async (pipeline: string, input: object = {}): Promise<string> =>
  (await client.startRun({ body: { pipeline, input } })).data.id;
const runOf = async (id: string): Promise<Run> => (await client.getRun({ params: { id } })).data as Run;
/** Of a part that was ready: one that is slow to start on a busy machine is another matter. */
const crashes = () =>
  statuses.filter(
    (status, at) =>
      status.kind === 'crashed' && statuses.slice(0, at).findLast(({ part }) => part === status.part)?.kind === 'ready',
  );

async function becomes(id: string, wanted: string, withinMs = 120_000) {
  await until(async () => (await runOf(id).catch(() => undefined))?.status === wanted, { withinMs, what: wanted });
  return await runOf(id);
}

describe('a pattern that goes back for ever', () => {
  it('on an answer of a model fails that step in a sentence, and another run completes at once', limit, async () => {
    // Their checks are made one after the other: together they take longer than anything else here.
    const asked = await Promise.all(Array.from({ length: 5 }, () => start('ask')));
    for (const id of asked) {
      await until(async () => (await runOf(id)).status !== 'queued', { withinMs: 60_000, what: 'it has begun' });
    }
    const other = await start('hello', { napMs: 0 });
    await becomes(other, 'completed', 60_000);
    expect((await Promise.all(asked.map(runOf))).map(({ status }) => status)).toContain('running');
    for (const id of asked) {
      expect((await becomes(id, 'failed')).error).toMatchObject({
        code: 'contract_broken',
        message: expect.stringContaining(
          'the check of `code` against its pattern ^([a-z]+-?)+$ did not end within 2 s',
        ),
      });
    }
    expect(crashes()).toEqual([]);
  });

  it('on an input is refused in a sentence, and the server answers others meanwhile', limit, async () => {
    const refused = expect(start('coded', { code: endless })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('`input.code` cannot be accepted: the check of `code` against its pattern'),
    });
    const other = await start('hello', { napMs: 0 });
    await becomes(other, 'completed', 60_000);
    await refused;
    expect(crashes()).toEqual([]);
  });
});

describe('a pipeline that never gives the loop back', () => {
  it(
    'R7, S6: is set aside with its place after three workers, others go on, and it can be cancelled',
    limit,
    async () => {
      const spinning = await start('spin');
      await until(() => crashes().length === 1, { withinMs: 60_000, what: 'the worker is killed' });
      const other = await start('hello', { napMs: 0 });
      await becomes(other, 'completed', 60_000);
      expect((await runOf(spinning)).status).toBe('running');
      const run = await becomes(spinning, 'needs_attention');
      expect(run.error).toMatchObject({ code: 'stalled', message: expect.stringContaining('behind step "first"') });
      expect(run.error?.message).toContain(`${join(project, 'pipelines', 'spin.ts')}:12`);
      expect(crashes().map((status) => 'why' in status && status.why)).toEqual(
        Array.from({ length: 3 }, () => `killed, since it had not answered for ${(6 * askEveryMs) / 1_000} s`),
      );
      await client.cancelRun({ params: { id: spinning } });
      await becomes(spinning, 'cancelled', 60_000);
    },
  );

  it('is cancelled by the next worker when that is ordered while it holds this one', limit, async () => {
    const before = crashes().length;
    const spinning = await start('spin');
    const holdsIt = async () => (await client.listSteps({ params: { id: spinning }, query: {} })).data.length > 0;
    await until(holdsIt, { withinMs: 60_000, what: 'it holds the worker' });
    await client.cancelRun({ params: { id: spinning } });
    await becomes(spinning, 'cancelled', 60_000);
    expect(crashes().length - before).toBe(1);
  });
});
