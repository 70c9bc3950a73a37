/** Questions to people: asked with their step, answered once, and open exactly as long as an answer would be taken. */

import { runStatuses, waitPurposes } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import type { WaitFilter } from '../../desk/ports.ts';
import { adoptedBy } from './driver-at-work.ts';
import type { OpenStore } from './store-under-test.ts';
import { allOf, failure, minute, World } from './world.ts';

export function questionsAreAnsweredOnce(open: OpenStore): void {
  describe('a question', () => {
    it('is seen as it was asked, from the commit on that asks it', async () => {
      await using world = await World.open(open);
      const driver = await world.running({ pipeline: 'news' });
      const [context, answerSchema] = ['{"draft":[1,null]}', '{"type":"boolean"}'];
      const said = {
        purpose: 'approval',
        question: 'Send it?',
        context,
        answerSchema,
        expiresAt: world.now + minute,
      } as const;
      const wait = await driver.ask('gate', said);
      const shown = {
        id: wait,
        runId: driver.runId,
        stepKey: 'gate',
        pipeline: 'news',
        purpose: 'approval',
        question: 'Send it?',
        context: { draft: [1, null] },
        answerSchema: { type: 'boolean' },
        askedAt: new Date(world.now).toISOString(),
        expiresAt: new Date(world.now + minute).toISOString(),
      };
      expect(await (await world.store.another()).waits.getWait(wait)).toEqual(shown);
      expect((await world.store.waits.listWaits({}, { limit: 9 })).data).toEqual([shown]);
      expect(await world.store.journal.readAnswer(wait)).toBeUndefined();
    });

    it('that there is not cannot be answered', async () => {
      await using world = await World.open(open);
      expect(await world.answer(world.newId())).toEqual({ kind: 'not_found' });
      expect(await world.store.waits.getWait(world.newId())).toBeUndefined();
      expect(await world.store.journal.readAnswer(world.newId())).toBeUndefined();
    });

    it('is answered by one of two who answer at the same time, and everybody reads the same answer', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wait = await driver.ask('gate');
      const other = await world.store.another();
      world.now += 5;
      const outcomes = await Promise.all([world.answer(wait, 'one'), world.answer(wait, 'two', other)]);
      const first = outcomes.findIndex(({ kind }) => kind === 'accepted');
      expect(outcomes[first]).toEqual({ kind: 'accepted', runId: driver.runId });
      expect(outcomes[1 - first]).toEqual({ kind: 'answered_before' });
      const answer = ['one', 'two'][first];
      expect(await other.journal.readAnswer(wait)).toEqual({
        answer: JSON.stringify(answer),
        by: 'owner',
        at: world.now,
      });
      const answered = { answer, by: 'owner', at: new Date(world.now).toISOString() };
      expect(await world.store.waits.getWait(wait)).toMatchObject({ answered });
      expect((await world.told(driver.runId)).filter((line) => line.endsWith('wait.answered'))).toHaveLength(1);
    });

    it('keeps its answer when it is answered again later', async () => {
      await using world = await World.open(open);
      const wait = await (await world.running()).ask('gate');
      await world.answer(wait, 'first');
      world.now += minute;
      expect(await world.answer(wait, 'second')).toEqual({ kind: 'answered_before' });
      expect(await world.store.journal.readAnswer(wait)).toMatchObject({ answer: '"first"', at: world.now - minute });
    });

    it('about an outcome orders its run to go on when it is answered, unless somebody has paused that, and no other does', async () => {
      await using world = await World.open(open);
      for (const purpose of waitPurposes) {
        for (const status of ['running', 'needs_attention', 'paused'] as const) {
          const driver = await world.running();
          const wait = await driver.ask('gate', { purpose });
          await world.bring(driver, status);
          await world.answer(wait);
          const resumes = purpose === 'outcome' && status !== 'paused';
          expect(await world.waitingOrders(driver.runId)).toEqual(resumes ? ['resume'] : []);
        }
      }
    });
  });

  describe('a commit that needs a question to be unanswered', () => {
    it('is written as long as nobody has answered', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wait = await driver.ask('gate');
      const step = driver.failed('gate', { kind: 'human', detail: { wait } });
      expect(await driver.commit({ step, unlessAnswered: wait })).toEqual({ kind: 'committed' });
      expect(await world.answer(wait)).toEqual({ kind: 'closed' });
    });

    it('is given the step as it stands where somebody has, and writes nothing', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const wait = await driver.ask('gate');
      await world.answer(wait);
      const told = await world.told(driver.runId);
      const step = driver.failed('gate', { kind: 'human', detail: { wait } });
      const events = [{ type: 'run.log', data: { message: 'expired' } }] as const;
      const stands = adoptedBy(
        await driver.commit({ step, events, logLines: 1, unlessAnswered: wait, change: { action: 'pause' } }),
      );
      expect(stands).toMatchObject({ key: 'gate', status: 'started', detail: { wait } });
      expect(await world.told(driver.runId)).toEqual(told);
      expect(await driver.load()).toMatchObject({ status: 'running', logCount: 0, steps: [{ status: 'started' }] });
    });

    it('and the answer are not both taken when they come at the same time', async () => {
      await using world = await World.open(open);
      const other = await world.store.another();
      for (let round = 0; round < 10; round += 1) {
        const driver = await world.running();
        const wait = await driver.ask('gate');
        const step = driver.failed('gate', { kind: 'human', detail: { wait } });
        const closing = () => driver.commit({ step, unlessAnswered: wait });
        const answering = () => world.answer(wait, true, other);
        const both = await Promise.all(round % 2 === 0 ? [closing(), answering()] : [answering(), closing()]);
        expect(both.map(({ kind }) => kind).toSorted()).toEqual(
          both.some(({ kind }) => kind === 'accepted') ? ['accepted', 'adopted'] : ['closed', 'committed'],
        );
      }
    });
  });

  describe('open questions', () => {
    it('are exactly those that an answer is taken for', async () => {
      await using world = await World.open(open);
      const all = await everyCase(world);
      const shown = await openIn(world);
      const taken: string[] = [];
      for (const wait of all) if ((await world.answer(wait)).kind === 'accepted') taken.push(wait);
      expect(shown).toEqual(taken);
      // Five statuses hear an answer; there each purpose is open without an end, and with one that lies ahead.
      expect(taken).toHaveLength(5 * waitPurposes.length * 2);
      expect(await openIn(world)).toEqual([]);
    });

    it('are no longer shown from the moment on at which they expire', async () => {
      await using world = await World.open(open);
      const wait = await (await world.running()).ask('gate', { expiresAt: world.now + minute });
      world.now += minute - 1;
      expect(await openIn(world)).toEqual([wait]);
      world.now += 1;
      expect(await openIn(world)).toEqual([]);
      expect(await world.answer(wait)).toEqual({ kind: 'closed' });
    });

    it('of a run are those of the runs below it too, and of no others', async () => {
      await using world = await World.open(open);
      const parent = await world.running();
      const child = await world.driverOf(await parent.startChild('kid')).begin();
      const grandchild = await world.driverOf(await child.startChild('kid')).begin();
      const waits = [await parent.ask('q'), await child.ask('q'), await grandchild.ask('q')];
      await (await world.running()).ask('q');
      expect(await openIn(world, { run: parent.runId })).toEqual(waits);
      expect(await openIn(world, { run: grandchild.runId })).toEqual(waits.slice(2));
      expect(await openIn(world, { run: world.newId() })).toEqual([]);
    });

    it('are no longer shown once they are answered, and answered ones are, the newest first, whatever became of the run', async () => {
      await using world = await World.open(open);
      const driver = await world.running();
      const waits = [await driver.ask('a'), await driver.ask('b'), await driver.ask('c')];
      for (const wait of waits.slice(0, 2).toReversed()) await world.answer(wait);
      expect(await openIn(world)).toEqual(waits.slice(2));
      await driver.change({ action: 'complete', output: '1' });
      expect(await openIn(world, { answered: true })).toEqual(waits.slice(0, 2).toReversed());
      expect(await openIn(world)).toEqual([]);
    });
  });
}

/** Ids of the questions in a list, a page at a time. */
async function openIn({ store }: World, filter: WaitFilter = {}): Promise<readonly string[]> {
  return (await allOf((page) => store.waits.listWaits(filter, page), 3)).map(({ id }) => id);
}

/** One question for each way in which it can stand; each of a run of its own. Answered ones come last. */
async function everyCase(world: World): Promise<readonly string[]> {
  const waits: string[] = [];
  for (const status of runStatuses.filter((status) => status !== 'queued')) {
    for (const purpose of waitPurposes) {
      for (const stands of ['open', 'expires', 'expired', 'failed', 'withdrawn'] as const) {
        const driver = await world.running();
        const expiresAt = stands === 'expires' ? world.now + 1 : stands === 'expired' ? world.now : null;
        const wait = await driver.ask('gate', { purpose, expiresAt });
        const settled = { kind: 'human', detail: { wait } } as const;
        if (stands === 'failed') await driver.fail('gate', settled);
        if (stands === 'withdrawn') await driver.finish('gate', settled);
        await world.bring(driver, status);
        waits.push(wait);
      }
    }
  }
  return [...waits, ...(await askedAgain(world))];
}

/**
 * A run that failed while it asked, and was queued again: its question is forgotten, or asked anew under another id.
 */
async function askedAgain(world: World): Promise<readonly string[]> {
  const waits: string[] = [];
  for (const purpose of waitPurposes) {
    for (const expiresAt of [null, world.now + 1]) {
      const driver = await world.running();
      await driver.start('pay', { kind: 'tool' });
      const first = await driver.ask('pay/gate', { purpose });
      await driver.fail('pay', { kind: 'tool' });
      await driver.change({ action: 'fail', error: failure, failedKey: 'pay' });
      await world.retry(driver.runId);
      await driver.begin();
      waits.push(first, await driver.ask('pay/gate', { purpose, expiresAt }));
      await driver.change({ action: 'fail', error: failure });
      await world.retry(driver.runId);
    }
  }
  return waits;
}
