/** An account that OpenClaw begins anew in a gateway that goes on: it does so where a hub was away for minutes. */

import { until } from '@perdure/testing';
import { expect, test } from 'vitest';
import { contents, echo, type Turn } from './fake-host.ts';
import { createWorld } from './plugin-world.ts';

/** OpenClaw has begun an account anew, as it does where the hub was away, beside a turn of the one before. */
async function begunAnew() {
  const world = await createWorld();
  const gateway = new Map<string, unknown>();
  const thought = Promise.withResolvers<readonly { readonly text: string }[]>();
  const takeTime: Turn = async (_inbound, takeUp) => {
    takeUp();
    return await thought.promise;
  };
  const first = world.start(takeTime, {}, { gateway });
  await first.isIn();
  await world.say('Take your time');
  await until(() => first.heard.length > 0, { what: 'a turn has begun' });
  first.abort();
  const second = world.start(echo, {}, { gateway });
  await second.isIn();
  return { ...world, first, second, thought };
}

test('an account that begins anew beside a turn of the one before waits for that, and nothing is taken up twice', async () => {
  const { start, say, said, saidBy, human, channel, first, second, thought } = await begunAnew();
  await say('And this?');
  for (const [at, content] of ['Elsewhere', 'Once more'].entries()) {
    await human.json('POST', `/api/v1/channels/${channel.id}/messages`, { json: { content } });
    await saidBy(2 * (at + 1), channel.id);
  }
  expect(contents(await said())).toEqual(['Take your time', 'And this?']);
  thought.resolve([{ text: 'I took it.' }]);
  expect(contents(await saidBy(4)).slice(2)).toEqual(['I took it.', 'You said: And this?']);
  await Promise.all([first.stop(), second.stop()]);
  // Nothing is taken for a turn that was cut off.
  const third = start(echo, {}, { isReady: async () => false });
  await third.isIn();
  await say('Still there?');
  await saidBy(6);
  expect(third.heard.map(({ Body }) => Body)).toEqual(['Still there?']);
});

test('a turn that ends without a word, beside an account that begins anew, is none that was cut off', async () => {
  const { start, say, saidBy, first, second, thought } = await begunAnew();
  thought.reject(new Error('its session is gone'));
  await Promise.all([first.stop(), second.stop()]);
  const third = start(echo, {}, { isReady: async () => false });
  await third.isIn();
  await say('Still there?');
  expect(contents(await saidBy(3)).slice(1)).toEqual(['Still there?', 'You said: Still there?']);
});
