import type { Run } from '@perdure/contract';
import { createClient } from '@perdure/sdk';
import { describe, expect, test } from 'vitest';
import { runNewsLines } from '../../src/instance/view-runs.ts';
import { createRunsWatch, type RunNews } from '../../src/instance/watch-runs.ts';
import { aFinishedRun, anAskingRun, anOpenRun, aRun, aWait, runId, waitId } from '../builders.ts';
import { fakeKey, startFakeApi, type FakeApi } from '../fake-api.ts';

const error = { code: 'model_rejected', message: 'The model server answered 401.' } as const;
const idOf = (digit: number) => runId.replace(/1$/, String(digit));

const plain = (_colour: string, text: string) => text;
const linesOf = (news: readonly RunNews[]) => runNewsLines(news, { paint: plain, homeFlag: '' });

function watchOf(api: FakeApi) {
  const { look } = createRunsWatch(createClient({ url: api.url, key: fakeKey }));
  return async () => linesOf(await look());
}

const put = (api: FakeApi, changes: Partial<Run>, seen: string) => {
  const run = aRun({ ...changes, updatedAt: seen });
  api.runs.set(run.id, { ...anOpenRun(), run });
};

describe('what becomes of runs', () => {
  test('begins with those that go on, and with what they ask', async () => {
    const open = anOpenRun();
    const asking = { ...anAskingRun(), run: { ...anAskingRun().run, id: idOf(2) } };
    const waits = [aWait({ runId: idOf(2) })];
    await using api = await startFakeApi({ runs: [open, asking, aFinishedRun({ id: idOf(3) })], waits });
    const look = watchOf(api);
    const [goOn, asks, ...others] = await look();
    expect(goOn).toMatch(/^↺ 2 runs go on: hello 019a1b2c-3d4e, hello 019a1b2c-3d4e$/);
    expect(asks).toBe(`? hello 019a1b2c-3d4e asks: Which city?  perdure waits show ${waitId.slice(0, 13)}`);
    expect(others).toEqual([]);
    expect(await look()).toEqual([]);
  });

  test('is told once: a start, a recovery, an end, a failure, a stop', async () => {
    await using api = await startFakeApi({ runs: [] });
    const look = watchOf(api);
    expect(await look()).toEqual([]);
    put(api, { status: 'running' }, '2026-01-02T03:04:01.000Z');
    expect(await look()).toEqual(['▸ hello 019a1b2c-3d4e started']);
    expect(await look()).toEqual([]);
    put(api, { status: 'running', recoveries: 1 }, '2026-01-02T03:04:02.000Z');
    expect(await look()).toEqual(['↺ hello 019a1b2c-3d4e recovered; finished steps are kept']);
    put(api, { recoveries: 1 }, '2026-01-02T03:04:03.100Z');
    put(api, { id: idOf(2), status: 'failed', error }, '2026-01-02T03:04:03.100Z');
    put(api, { id: idOf(3), status: 'needs_attention', error }, '2026-01-02T03:04:03.100Z');
    expect((await look()).toSorted()).toEqual([
      '! hello 019a1b2c-3d4e needs attention: The model server answered 401.',
      '✓ hello 019a1b2c-3d4e completed after 3.1 s',
      '✗ hello 019a1b2c-3d4e failed: The model server answered 401.',
    ]);
    expect(await look()).toEqual([]);
  });

  test('is not told of the parts of a run, unless they need somebody', async () => {
    await using api = await startFakeApi({ runs: [] });
    const look = watchOf(api);
    await look();
    const parent = { runId: idOf(9), stepKey: 'ship' };
    put(api, { parent, status: 'running' }, '2026-01-02T03:04:01.000Z');
    expect(await look()).toEqual([]);
    put(api, { parent, status: 'needs_attention', error }, '2026-01-02T03:04:02.000Z');
    expect(await look()).toEqual(['! hello 019a1b2c-3d4e needs attention: The model server answered 401.']);
  });

  test('is told in the order in which it came to be, a start before the question', async () => {
    await using api = await startFakeApi({ runs: [] });
    const look = watchOf(api);
    await look();
    api.waits.set(waitId, aWait({ runId: idOf(3) }));
    put(api, { id: idOf(2), status: 'running' }, '2026-01-02T03:04:03.000Z');
    const asking = { ...anAskingRun().run, id: idOf(3), updatedAt: '2026-01-02T03:04:02.000Z' };
    api.runs.set(idOf(3), { ...anAskingRun(), run: asking });
    put(api, { id: idOf(4), status: 'failed', error }, '2026-01-02T03:04:01.000Z');
    expect((await look()).map((line) => line.replace(/hello \S+ |:.*$/g, ''))).toEqual([
      '✗ failed',
      '▸ started',
      '? asks',
      '▸ started',
    ]);
  });

  test('of many at once is a few lines, among them all that somebody has to act on', () => {
    const of = { run: runId, pipeline: 'hello' };
    const started = Array.from({ length: 30 }, () => ({ kind: 'run_started', ...of }) as const);
    const lines = linesOf([...started, { kind: 'run_failed', ...of, reason: 'No.\u001b[2J\nway' }]);
    expect(lines).toHaveLength(9);
    expect(lines[7]).toBe('✗ hello 019a1b2c-3d4e failed: No.\\u001b[2J way');
    expect(lines.at(-1)).toBe('… and 23 more: perdure runs list');
  });
});
