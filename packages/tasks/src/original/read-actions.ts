/** Open actions, controls that wait, and what is known of actions, from the lists that the original keeps them in. */

import { compact, controlIntents, type Control, type Task, type TaskActionRecord } from '@perdure/contract';
import { pendingId, pendingKey } from '../core/pending.ts';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Leftovers } from './leftovers.ts';
import { freeId, isObject, toLine, type Fields } from './values.ts';

interface Surroundings {
  readonly fallbackTime: string;
  readonly leftovers: Leftovers;
}

/** What a person asked for leaves the list: if it still waits it goes to the inbox, if it was done it is history. */
export function readPending(read: FieldReader, around: Surroundings): Pick<Task, 'pending_actions' | 'inbox'> {
  const pending_actions: Task['pending_actions'] = [];
  const inbox: Control[] = [];
  for (const [index, entry] of read.objects('pending_actions', namelessAction).entries()) {
    const name = `pending_actions.${index}`;
    if (entry['kind'] !== 'user_control') pending_actions.push(named(entry, index, { ...around, pending_actions }));
    else if (entry['status'] === 'applied') around.leftovers.keep(name, entry, 'is a control that was applied already');
    else inbox.push(readControl(entry, { ...around, name, taken: inbox.map(({ id }) => id) }));
  }
  return { pending_actions, inbox };
}

/** Two of one name, or of none, would be settled by one word, though they are two acts. */
function named(
  entry: Fields,
  index: number,
  { pending_actions: before, leftovers }: Pick<Surroundings, 'leftovers'> & Pick<Task, 'pending_actions'>,
): Record<string, unknown> {
  const taken = new Set(before.map(pendingId));
  const id = pendingId(entry);
  const isNamed = id !== 'unknown' || entry['id'] === 'unknown' || entry['action_id'] === 'unknown';
  if (isNamed && !taken.has(id)) return { ...entry };
  const wanted = isNamed ? id : `imported-${index + 1}`;
  const own = taken.has(wanted) ? freeId(wanted, taken) : wanted;
  leftovers.note(`pending_actions.${index} had no name of its own, and is now \`${own}\`.`);
  return { ...entry, id: own };
}

function namelessAction(value: unknown, index: number): Fields {
  return { id: `imported-${index + 1}`, summary: toLine(value ?? '', 500) };
}

const controlFields = [
  'id',
  'kind',
  'status',
  'intent',
  'message',
  'by',
  'created_at',
  'unsafe_reason',
  'safe_boundary_only',
  'boundary',
  // Another is given here.
  'number',
];

function readControl(
  entry: Fields,
  { name, taken, fallbackTime, leftovers }: Surroundings & { readonly name: string; readonly taken: readonly string[] },
): Control {
  const read = createFieldReader(entry, leftovers, `${name}.`);
  read.keepOthers(controlFields);
  const unsafe_reason = read.text('unsafe_reason', 1_000);
  return {
    id: unusedId(read.text('id', 500), { name, taken, leftovers }),
    intent: read.word('intent', controlIntents, () => 'note'),
    message: read.text('message', 10_000),
    by: read.text('by', 200) || 'import',
    at: read.time('created_at') ?? fallbackTime,
    ...compact({ unsafe_reason: unsafe_reason || undefined }),
  };
}

/** The original makes ids of whole seconds, so two may be the same; applying one would take both away. */
function unusedId(
  id: string,
  {
    name,
    taken,
    leftovers,
  }: { readonly name: string; readonly taken: readonly string[]; readonly leftovers: Leftovers },
): string {
  if (id !== '' && !taken.includes(id)) return id;
  let number = 2;
  while (taken.includes(`${id || 'control'}-${number}`)) number += 1;
  const other = `${id || 'control'}-${number}`;
  leftovers.note(`${name} had no id of its own and is now \`${other}\`.`);
  return other;
}

const actionFields = ['status', 'key', 'summary', 'started_at', 'ended_at', 'result', 'attempt'];

/** An action that was begun there has nobody left who could see its end. */
export function readActionStates(
  read: FieldReader,
  { pending, fallbackTime, leftovers }: Surroundings & { readonly pending: Task['pending_actions'] },
): { readonly action_states: Task['action_states']; readonly hasUnknown: boolean } {
  const records = Object.entries(read.record('action_states')).map(([id, value]): [string, TaskActionRecord] => {
    const fields = isObject(value) ? value : { status: value };
    const member = createFieldReader(fields, leftovers, `action_states.${id}.`);
    member.keepOthers(actionFields);
    const entry = pending.find((action) => pendingId(action) === id);
    const ended_at = member.time('ended_at');
    const result = Object.hasOwn(fields, 'result') ? { result: member.text('result', 10_000) } : {};
    return [
      id,
      {
        status: member.word('status', ['success', 'failed', 'unknown'], guessStatus),
        key: member.text('key', 1_000) || (entry === undefined ? id : pendingKey(entry)),
        summary: member.line('summary', 500, toLine(entry?.['summary'] ?? id, 500)),
        started_at: member.time('started_at') ?? fallbackTime,
        ...compact({ ended_at: ended_at ?? undefined }),
        ...result,
        attempt: member.whole('attempt', { min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 }),
      },
    ];
  });
  const hasUnknown = records.some(([, { status }]) => status === 'unknown');
  return { action_states: Object.fromEntries(records), hasUnknown };
}

function guessStatus(word: string): 'success' | 'failed' | 'unknown' {
  if (/^(succeeded|done|complete|completed)$/.test(word)) return 'success';
  return /^(fail|error|failure)$/.test(word) ? 'failed' : 'unknown';
}
