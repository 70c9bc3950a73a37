/** What the logs of the clients say of what they were promised. Pure. */

import { figureOf, type Figure } from '../figures.ts';
import type { Absence, Heard, HubFacts, Sent } from './facts.ts';

export function judgeHub(facts: HubFacts, wanted: { readonly kills: number }): readonly Figure[] {
  const { sent, listened, history } = facts;
  const ofListeners = (find: (heard: readonly Heard[]) => readonly string[]): readonly string[] =>
    listened.flatMap(({ name, heard }) =>
      byChannel(heard)
        .flatMap(find)
        .map((what) => `${name}: ${what}`),
    );
  return [
    told('hub_kills', facts.kills, `= ${wanted.kills}`),
    told('hub_messages_acknowledged', sent.length, '>= 1'),
    told('hub_sends_repeated_unanswered', sent.filter(({ attempts }) => attempts > 1).length),
    none('hub_acknowledged_messages_lost', lost(sent, history)),
    none('hub_acknowledged_messages_unheard', unheard(facts)),
    none('hub_keys_with_two_messages', twoMessages(sent, history)),
    none('hub_numbers_left_out', byChannel(history).flatMap(gaps)),
    none('hub_numbers_left_out_of_a_socket', ofListeners(gaps)),
    none('hub_messages_heard_twice', ofListeners(twice)),
    none('hub_messages_heard_out_of_order', ofListeners(backwards)),
    none(
      'hub_clients_not_back',
      listened.filter(({ isIn }) => !isIn).map(({ name }) => `${name} is not let in`),
    ),
    figureOf({
      id: 'hub_longest_absence',
      value: Math.max(
        0,
        ...listened.flatMap(({ absences }) => absences.map((one) => sinceLastKill(one, facts.killedAt))),
      ),
      unit: 'ms',
      target: '<= 20000',
    }),
  ];
}

/** Who is killed again before anybody is let in keeps all of them out; what counts is how long after the last time. */
function sinceLastKill({ from, to }: Absence, killedAt: readonly number[]): number {
  return to - Math.max(from, ...killedAt.filter((at) => at < to));
}

const byChannel = (messages: readonly Heard[]): readonly (readonly Heard[])[] => [
  ...Map.groupBy(messages, ({ channelId }) => channelId).values(),
];

/** Answered, and not there, or not as it was answered. */
function lost(sent: readonly Sent[], history: readonly Heard[]): readonly string[] {
  const byId = new Map(history.map((message) => [message.messageId, message]));
  return sent
    .filter(({ messageId, seq, key }) => {
      const found = byId.get(messageId);
      return found?.seq !== seq || found.key !== key;
    })
    .map(({ key, messageId, seq }) => `${key} was answered as ${messageId}, number ${seq}`);
}

/** Everybody is in every channel from its beginning. */
function unheard({ sent, listened }: HubFacts): readonly string[] {
  return listened.flatMap(({ name, heard }) => {
    const ids = new Set(heard.map(({ messageId }) => messageId));
    return sent.filter(({ messageId }) => !ids.has(messageId)).map(({ key }) => `${name} never heard ${key}`);
  });
}

function twoMessages(sent: readonly Sent[], history: readonly Heard[]): readonly string[] {
  const all = Map.groupBy([...history, ...sent], ({ key }) => key);
  return [...all]
    .filter(([, some]) => new Set(some.map(({ messageId, seq }) => `${messageId} ${seq}`)).size > 1)
    .map(([key]) => `${key} is more than one message`);
}

/** Numbers from 1 to the highest that never came. */
function gaps(messages: readonly Heard[]): readonly string[] {
  const seqs = new Set(messages.map(({ seq }) => seq));
  const highest = Math.max(0, ...seqs);
  return Array.from({ length: highest }, (_, at) => at + 1)
    .filter((seq) => !seqs.has(seq))
    .map((seq) => `number ${seq} of ${highest} is left out`);
}

function twice(messages: readonly Heard[]): readonly string[] {
  const seen = new Set<number>();
  return messages.filter(({ seq }) => seen.size === seen.add(seq).size).map(({ seq }) => `number ${seq} came again`);
}

function backwards(messages: readonly Heard[]): readonly string[] {
  return messages.flatMap(({ seq }, at) => {
    const before = messages[at - 1]?.seq ?? 0;
    return seq > before ? [] : [`number ${seq} came after ${before}`];
  });
}

const told = (id: string, value: number, target?: string): Figure =>
  figureOf({ id, value, unit: 'count', ...(target !== undefined && { target }) });

const none = (id: string, evidence: readonly string[]): Figure =>
  figureOf({ id, value: evidence.length, unit: 'count', target: '= 0', evidence });
