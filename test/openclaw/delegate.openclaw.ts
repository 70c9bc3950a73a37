/**
 * What a pipeline delegates, done by an agent of OpenClaw in a real gateway: said to it while it is away, returned once
 * it is there, and held against the schema.
 */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, installed, until } from '@perdure/testing';
import { System } from '../e2e/system.ts';
import { Gateway } from './gateway.ts';
import { releases } from './releases.ts';

const pipeline = `import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'count',
  description: 'Has the lamps counted.',
  input: z.strictObject({}),
  output: z.unknown(),
  async run(ctx) {
    const schema = z.object({ found: z.int(), where: z.string() });
    return await ctx.delegate('scout', 'Count the lamps of the harbour.', { key: 'count', schema, timeoutMs: 600_000 });
  },
});
`;

describe.each(releases)('$name $version', (release) => {
  let system: System;
  let folder: string;
  let scout: Gateway;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-openclaw-')));
    system = await System.start();
    mkdirSync(join(system.folder, 'project', 'pipelines'), { recursive: true });
    writeFileSync(join(system.folder, 'project', 'pipelines', 'count.ts'), pipeline);
    const { data: principal } = await system.client.createPrincipal({ body: { handle: 'scout', kind: 'agent' } });
    const { data: key } = await system.client.createKey({ params: { principalId: principal.id }, body: {} });
    const [port = 0] = await freePorts(1);
    scout = new Gateway({
      openclaw: await installed(release),
      home: folder,
      handle: 'scout',
      port,
      hub: { url: system.url, apiKey: key.key },
      modelUrl: system.demoModelUrl,
    });
    await until(async () => (await system.client.listPipelines({})).data.some(({ id }) => id === 'count'), {
      withinMs: 60_000,
      what: 'the pipeline is loaded',
    });
  });

  afterAll(async () => {
    await scout?.[Symbol.asyncDispose]();
    await system?.[Symbol.asyncDispose]();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('returns what a pipeline has delegated to it, and the run goes on', async () => {
    const runId = await system.startRun('count', {});
    await system.untilStatus(runId, 'waiting', { withinMs: 60_000 });
    const channels = async () => (await system.client.listChannels({ query: {} })).data;
    await until(async () => (await channels()).some(({ kind }) => kind === 'dm'), {
      withinMs: 60_000,
      what: 'it is said',
    });
    await scout.start();
    await system.untilStatus(runId, 'completed', { withinMs: 180_000 });
    const { data: run } = await system.client.getRun({ params: { id: runId } });
    expect(run).toMatchObject({
      output: { outcome: 'done', by: 'scout', output: { found: expect.any(Number), where: expect.any(String) } },
    });
  });
});
