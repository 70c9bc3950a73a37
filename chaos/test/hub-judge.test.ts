/** The judge of the hub is told a story in which one thing is wrong, and names it. */

import { expect, test } from 'vitest';
import type { Heard, HubFacts, Sent } from '../hub/facts.ts';
import { judgeHub } from '../hub/judge.ts';

const heard = (seq: number, more: Partial<Heard> = {}): Heard => ({
  channelId: 'c',
  key: `k-${seq}`,
  messageId: `m-${seq}`,
  seq,
  ...more,
});
const all = [heard(1), heard(2), heard(3)];
const sent: readonly Sent[] = all.map((one) => ({ ...one, attempts: 1 }));
const listener = { name: 'ada', heard: all, entries: 2, absences: [{ from: 300, to: 1_000 }], isIn: true };
const fine: HubFacts = { kills: 3, killedAt: [100, 200, 300], sent, listened: [listener], history: all };

const broken = (more: Partial<HubFacts>): readonly string[] =>
  judgeHub({ ...fine, ...more }, { kills: 3 })
    .filter(({ ok }) => !ok)
    .map(({ id }) => id);
const hearing = (messages: readonly Heard[]): Partial<HubFacts> => ({ listened: [{ ...listener, heard: messages }] });

test('a story in which nothing is wrong breaks nothing, and neither do other channels in between', () => {
  expect(broken({})).toEqual([]);
  const other = heard(1, { channelId: 'd', key: 'k-d', messageId: 'm-d' });
  expect(broken(hearing([heard(1), other, heard(2), heard(3)]))).toEqual([]);
});

test('who is kept out by one kill after the other is not blamed for that, but for what comes behind the last', () => {
  const listened = [{ ...listener, absences: [{ from: 100, to: 60_000 }] }];
  expect(broken({ listened, killedAt: [100, 30_000, 55_000] })).toEqual([]);
  expect(broken({ listened, killedAt: [100, 30_000, 39_000] })).toEqual(['hub_longest_absence']);
});

test.each<[string, Partial<HubFacts>, readonly string[]]>([
  ['a message that was answered and is not there', { history: all.slice(0, 2) }, ['hub_acknowledged_messages_lost']],
  [
    'a message that is there under another number',
    { history: [heard(1), heard(2), heard(3, { messageId: 'm-2b' }), heard(4, { key: 'k-4', messageId: 'm-3' })] },
    ['hub_acknowledged_messages_lost', 'hub_keys_with_two_messages'],
  ],
  ['a message that somebody never heard', hearing(all.slice(0, 2)), ['hub_acknowledged_messages_unheard']],
  [
    'one key that made two messages',
    { sent: [...sent, { ...heard(4, { key: 'k-1' }), attempts: 2 }], history: [...all, heard(4, { key: 'k-1' })] },
    ['hub_acknowledged_messages_unheard', 'hub_keys_with_two_messages'],
  ],
  ['a number that is left out', { sent: [], history: [heard(1), heard(3)] }, ['hub_numbers_left_out']],
  [
    'a number that is left out of a socket',
    { sent: [], ...hearing([heard(1), heard(3)]) },
    ['hub_numbers_left_out_of_a_socket'],
  ],
  [
    'a message that came twice',
    hearing([...all, heard(3)]),
    ['hub_messages_heard_twice', 'hub_messages_heard_out_of_order'],
  ],
  ['a message that came too late', hearing([heard(1), heard(3), heard(2)]), ['hub_messages_heard_out_of_order']],
  ['a client that is not back', { listened: [{ ...listener, isIn: false }] }, ['hub_clients_not_back']],
  [
    'a client that was long away',
    { listened: [{ ...listener, absences: [{ from: 100, to: 30_301 }] }] },
    ['hub_longest_absence'],
  ],
  ['fewer kills than were asked for', { kills: 2 }, ['hub_kills']],
  ['nobody who said anything', { sent: [] }, ['hub_messages_acknowledged']],
])('%s is found', (_what, more, ids) => {
  const found = broken(more);
  // Where nothing was said, that is found as well.
  expect(found.filter((id) => id !== 'hub_messages_acknowledged' || ids.includes(id))).toEqual(ids);
});
