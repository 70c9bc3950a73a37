/** What was typed, on its way to a server that comes and goes. */

import { expect, test } from 'vitest';
import { PerdureError, type Message } from '@perdure/contract';
import { Outbox } from '../../src/chat/outbox.ts';

type Answer = 'taken' | PerdureError;

function openOutbox(answers: Answer[]) {
  const asked: (readonly [content: string, id: string])[] = [];
  const refused: string[] = [];
  const waits: number[] = [];
  let count = 0;
  const outbox = new Outbox({
    send: async (content, id) => {
      asked.push([content, id]);
      const answer = answers.shift() ?? 'taken';
      if (answer !== 'taken') throw answer;
      return { seq: asked.length } as Message;
    },
    newId: () => `id-${(count += 1)}`,
    sent: () => undefined,
    refused: (content) => void refused.push(content),
    after: (ms, call) => {
      waits.push(ms);
      queueMicrotask(call);
      return () => undefined;
    },
    changed: () => undefined,
  });
  return { outbox, asked, refused, waits };
}

const away = new PerdureError('unreachable', 'It is away.');

test('one whose answer was lost goes again under the same id, and nothing overtakes it', async () => {
  const { outbox, asked, waits } = openOutbox([away, away, 'taken', 'taken']);
  outbox.add('first');
  outbox.add('second');
  await outbox.idle();
  expect(asked).toEqual([
    ['first', 'id-1'],
    ['first', 'id-1'],
    ['first', 'id-1'],
    ['second', 'id-2'],
  ]);
  expect(waits).toEqual([250, 500]);
});

test('one that is refused is told and not tried again, and those behind it go', async () => {
  const { outbox, asked, refused } = openOutbox([new PerdureError('invalid_input', 'Too long.')]);
  outbox.add('too long');
  outbox.add('good');
  await outbox.idle();
  expect([refused, asked.map(([content]) => content)]).toEqual([['too long'], ['too long', 'good']]);
});

test('who is told to wait waits for so long', async () => {
  const details = { retryAfterSeconds: 3 };
  const { outbox, waits } = openOutbox([new PerdureError('rate_limited', 'Wait.', { details })]);
  outbox.add('x');
  await outbox.idle();
  expect(waits).toEqual([3_000]);
});

test('a message on which the server itself fails is given up after five attempts', async () => {
  const broken = Array.from({ length: 9 }, () => new PerdureError('internal', 'Something went wrong.'));
  const { outbox, asked, refused } = openOutbox(broken);
  outbox.add('x');
  await outbox.idle();
  expect([asked.length, refused]).toEqual([5, ['x']]);
});
