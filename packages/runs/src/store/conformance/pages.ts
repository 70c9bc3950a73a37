/** Reading page by page: nothing is shown twice and nothing left out, also where a list grows meanwhile. */

import { runStatuses } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { Page, PageRequest } from '../../desk/ports.ts';
import type { StepChanges } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { allOf, failure, World } from './world.ts';

export function pagesAreWhole(open: OpenStore): void {
  describe('the list of runs', () => {
    it('is newest first and shows each run once, while new ones come', async () => {
      await using world = await World.open(open);
      const ids = await startMany(world, 7);
      const shown = await whileItGrows(
        (page) => world.store.reader.listRuns({}, page),
        () => world.queued(),
      );
      expect(shown.map(({ id }) => id)).toEqual(ids.toReversed());
    });

    it('is filtered by status and by pipeline, also page by page', async () => {
      await using world = await World.open(open);
      for (const pipeline of ['news', 'other', 'news']) {
        for (const status of runStatuses) await world.in(status, { pipeline });
      }
      const listed = (filter: Parameters<typeof world.store.reader.listRuns>[0]) =>
        allOf((page) => world.store.reader.listRuns(filter, page), 2);
      for (const status of runStatuses) {
        expect((await listed({ status })).map((run) => run.status)).toEqual([status, status, status]);
        expect(await listed({ status, pipeline: 'news' })).toHaveLength(2);
      }
      expect((await listed({ pipeline: 'other' })).every((run) => run.pipeline === 'other')).toBe(true);
      expect(await listed({ pipeline: 'other' })).toHaveLength(runStatuses.length);
      expect(await listed({ pipeline: 'unknown' })).toEqual([]);
    });

    it('shows of a run what the run itself shows, but for input and output', async () => {
      await using world = await World.open(open);
      for (const status of runStatuses) {
        const { runId } = await world.in(status);
        const { input: _input, output: _output, ...run } = (await world.store.reader.getRun(runId)) ?? {};
        const [summary] = (await world.store.reader.listRuns({ status }, { limit: 1 })).data;
        expect(summary).toEqual(run);
      }
    });

    it('shows an error while it says something about now, and no longer', async () => {
      await using world = await World.open(open);
      const driver = await world.in('needs_attention');
      const error = async () => (await world.store.reader.getRun(driver.runId))?.error?.code;
      expect(await error()).toBe('step_failed');
      await world.order(driver.runId, 'resume');
      await driver.load();
      expect(await error()).toBeUndefined();
    });

    it('shows no error of what a run is undone for while that goes on after a stop', async () => {
      await using world = await World.open(open);
      const driver = await world.in('undoing');
      await driver.change({ action: 'stop_for_attention', error: failure });
      await world.order(driver.runId, 'resume');
      expect(await driver.load()).toMatchObject({ status: 'running', error: failure });
      expect(await world.store.reader.getRun(driver.runId)).not.toHaveProperty('error');
    });

    it('shows what a run waits for while it waits, and no longer', async () => {
      await using world = await World.open(open);
      const driver = await world.in('waiting');
      expect(await world.store.reader.getRun(driver.runId)).toHaveProperty('waitingFor');
      await driver.load();
      expect(await world.store.reader.getRun(driver.runId)).not.toHaveProperty('waitingFor');
    });
  });

  describe('the steps of a run', () => {
    it('are shown in the order of their begin, each once, while more are begun and others end', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      for (const key of ['g', 'f', 'e', 'd', 'c']) await driver.start(key);
      let more = 0;
      const shown = await whileItGrows(
        (page) => world.store.reader.listSteps(driver.runId, page),
        async () => {
          more += 1;
          if (more <= 3) await driver.finish(`new-${more}`);
          await driver.finish('g');
        },
      );
      expect(shown.map(({ key }) => key)).toEqual(['g', 'f', 'e', 'd', 'c', 'new-1', 'new-2', 'new-3']);
      expect(shown.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('are those of the run alone, and one that there is not is not found', async () => {
      await using world = await World.open(open);
      const [one, two] = [await world.running(), await world.running()];
      await one.finish('x');
      const { reader } = world.store;
      expect((await reader.listSteps(two.runId, { limit: 9 })).data).toEqual([]);
      expect(await reader.getStep(two.runId, 'x')).toBeUndefined();
      expect(await reader.getStep(one.runId, 'y')).toBeUndefined();
      expect((await reader.listSteps(world.newId(), { limit: 9 })).data).toEqual([]);
    });

    it('are shown with all that is known of them', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const detail = { agent: 'a', agentHash: 'h', model: 'm', latencyMs: 7 };
      const at = world.now;
      await driver.start('t', { kind: 'turn', undoable: true, attempt: 2 });
      world.now += 5;
      await driver.finish('t', { kind: 'turn', detail, result: '{"x":null}', attempt: 2 });
      await driver.fail('f');
      const outline = { id: `${driver.runId}/t`, key: 't', kind: 'turn', status: 'done', seq: 1, attempt: 2 };
      const times = { startedAt: new Date(at).toISOString(), endedAt: new Date(world.now).toISOString() };
      const whole = { ...outline, ...times, undoable: true, result: { x: null }, detail };
      expect(await world.store.reader.getStep(driver.runId, 't')).toEqual(whole);
      const [first, second] = (await world.store.reader.listSteps(driver.runId, { limit: 9 })).data;
      expect(first).toEqual(whole);
      expect(second).toMatchObject({ key: 'f', status: 'failed', error: { code: 'step_failed', message: 'no' } });
    });
  });

  describe('the events of a run', () => {
    it('are read on from the last one that was seen', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      for (const key of ['a', 'b', 'c']) await driver.finish(key);
      const { reader } = world.store;
      const seqs = async (after: number, limit: number) =>
        (await reader.listEvents(driver.runId, after, limit)).map(({ seq }) => seq);
      expect(await seqs(0, 2)).toEqual([1, 2]);
      expect(await seqs(2, 2)).toEqual([3, 4]);
      expect(await seqs(4, 2)).toEqual([5]);
      expect(await seqs(5, 2)).toEqual([]);
      expect(await reader.listEvents(world.newId(), 0, 9)).toEqual([]);
    });
  });

  describe('a transcript', () => {
    it('has the messages of each turn and what its calls gave, in their order, a page being made of whole turns', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const call = { kind: 'tool', detail: { agent: 'a', tool: 'look' } } as const;
      await driver.start('a', { kind: 'agent' });
      await driver.finish('a/turn-1', turn('one', 'two'));
      await driver.finish('a/turn-1/look', { ...call, result: '{"seen":1}' });
      await driver.finish('a/turn-2', turn('three'));
      const { reader } = world.store;
      const pages = [await reader.listTranscript(driver.runId, { limit: 1 })];
      for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
        pages.push(await reader.listTranscript(driver.runId, { limit: 1, cursor: next }));
      }
      expect(pages.map(({ data }) => data.map(({ content }) => content))).toEqual([
        ['one', 'two'],
        [{ tool: 'look', result: { seen: 1 } }],
        ['three'],
      ]);
      expect(pages[1]?.data[0]).toMatchObject({ stepKey: 'a/turn-1/look', agent: 'a', role: 'tool' });
    });

    it('has no call of a pipeline and no call that has not ended, and a turn of any size whole', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      await driver.finish('own', { kind: 'tool', detail: { tool: 'look' } });
      await driver.start('a/turn-1/look', { kind: 'tool', detail: { agent: 'a', tool: 'look' } });
      const long = 'é'.repeat(100_000);
      await driver.finish('a/turn-2', turn(long));
      const { data } = await world.store.reader.listTranscript(driver.runId, { limit: 9 });
      expect(data.map(({ content }) => content === long)).toEqual([true]);
    });
  });

  describe('open questions', () => {
    it('are oldest first, each once, while more are asked', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const asked: string[] = [];
      for (const key of ['a', 'b', 'c', 'd', 'e']) asked.push(await driver.ask(key));
      let more = 0;
      const shown = await whileItGrows(
        (page) => world.store.waits.listWaits({}, page),
        async () => {
          more += 1;
          if (more <= 2) asked.push(await driver.ask(`new-${more}`));
        },
      );
      expect(shown.map(({ id }) => id)).toEqual(asked);
    });

    it('are not skipped where those before them are answered meanwhile, and answered ones are newest first', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const asked: string[] = [];
      for (const key of ['a', 'b', 'c', 'd', 'e']) asked.push(await driver.ask(key));
      let done = 0;
      const shown = await whileItGrows(
        (page) => world.store.waits.listWaits({}, page),
        async () => {
          await world.answer(asked[done] ?? '');
          done += 1;
        },
      );
      expect(shown.map(({ id }) => id)).toEqual(asked);
      for (const wait of asked) await world.answer(wait);
      const answered = await allOf((page) => world.store.waits.listWaits({ answered: true }, page), 2);
      expect(answered.map(({ id }) => id)).toEqual(asked.toReversed());
    });
  });

  describe('a cursor', () => {
    it('that is none of the list is refused with a word to its sender', async () => {
      await using world = await World.open(open);
      const { runId } = await world.running();
      const { reader, waits } = world.store;
      const page = { limit: 2, cursor: 'x' };
      const lists = [
        reader.listRuns({}, page),
        reader.listSteps(runId, page),
        reader.listTranscript(runId, page),
        waits.listWaits({}, page),
      ];
      for (const outcome of await Promise.allSettled(lists)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'invalid_input' } });
      }
    });

    it('is there only where there is more to read', async () => {
      await using world = await World.open(open);
      await startMany(world, 4);
      const { reader } = world.store;
      expect(await reader.listRuns({}, { limit: 4 })).not.toHaveProperty('next');
      expect(await reader.listRuns({}, { limit: 3 })).toHaveProperty('next');
      expect(await reader.listRuns({ pipeline: 'none' }, { limit: 1 })).toEqual({ data: [] });
    });
  });

  describe('a run that there is not', () => {
    it('is nowhere', async () => {
      await using world = await World.open(open);
      const id = world.newId();
      expect(await world.store.reader.getStatus(id)).toBeUndefined();
      expect(await world.store.reader.getRun(id)).toBeUndefined();
      expect((await world.store.reader.listTranscript(id, { limit: 9 })).data).toEqual([]);
    });
  });
}

/** What a model turn is done with. */
function turn(...contents: readonly string[]): StepChanges {
  const messages = contents.map((content) => ({ role: 'assistant', content }));
  return { kind: 'turn', result: JSON.stringify({ messages }) };
}

async function startMany(world: World, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push(await world.queued());
  return ids;
}

/** Reads pages of two, with something happening after each. */
async function whileItGrows<T>(
  read: (page: PageRequest) => Promise<Page<T>>,
  grow: () => Promise<unknown>,
): Promise<readonly T[]> {
  return await allOf(async (page) => {
    const got = await read(page);
    await grow();
    return got;
  }, 2);
}
