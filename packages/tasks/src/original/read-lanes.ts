/** Lanes out of the artifact that holds them (`lanes.ts`), whatever somebody made of it. */

import {
  goalStatuses,
  laneDecisions,
  laneOwners,
  laneSchema,
  laneStatuses,
  nextRoles,
  type Lane,
} from '@perdure/contract';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import { lanesKind } from './lanes.ts';
import type { Leftovers } from './leftovers.ts';
import { isObject, toLine, type Fields } from './values.ts';

/** Takes the lanes out of the artifacts; of several artifacts of the kind the first is the one. */
export function readLanes(
  artifacts: readonly Fields[],
  { fallbackTime, leftovers }: { readonly fallbackTime: string; readonly leftovers: Leftovers },
): { readonly lanes: Lane[]; readonly others: Record<string, unknown>[] } {
  const index = artifacts.findIndex(({ kind, lines }) => kind === lanesKind && isObject(lines));
  const { kind: _, lines, ...rest } = artifacts[index] ?? {};
  if (!isObject(lines)) return { lanes: [], others: artifacts.map((one) => ({ ...one })) };
  for (const [name, value] of Object.entries(rest)) leftovers.keep(`${lanesKind}.${name}`, value, 'has no place here');
  const lanes = Object.entries(lines).flatMap(([name, value]) => {
    if (!isObject(value)) {
      leftovers.keep(`lines.${name}`, value, 'is no lane');
      return [];
    }
    return [readLane(name, value, { fallbackTime, leftovers })];
  });
  return { lanes: apart(lanes, leftovers), others: artifacts.flatMap((one, at) => (at === index ? [] : [{ ...one }])) };
}

const known = [...Object.keys(laneSchema.shape), 'artifacts'];

function readLane(
  name: string,
  fields: Fields,
  { fallbackTime, leftovers }: { readonly fallbackTime: string; readonly leftovers: Leftovers },
): Lane {
  const read = createFieldReader(fields, leftovers, `lines.${name}.`);
  read.keepOthers(known);
  if (read.list('artifacts').length > 0) read.keepField('artifacts', 'have no place here');
  const { shape } = laneSchema;
  const updated_at = read.time('updated_at') ?? fallbackTime;
  const last_body = read.text('last_body', 100_000);
  // Digests are those of our own returns; a run belongs to the engine that began it.
  if (Object.hasOwn(fields, 'run')) read.keepField('run', 'is a run of another installation');
  return {
    line: toLine(name, 64) || 'lane',
    owner: read.word('owner', laneOwners, () => 'worker'),
    goal: read.text('goal', 20_000),
    summary: read.text('summary', 5_000),
    scope: read.text('scope', 5_000),
    write_targets: read.parsed('write_targets', shape.write_targets, []),
    coordination: read.text('coordination', 1_000),
    node: read.line('node', 100, 'start'),
    status: underscored(read, 'status', laneStatuses, 'need_user'),
    goal_status: read.word('goal_status', goalStatuses, () => 'partial'),
    next_role: read.word('next_role', nextRoles, () => 'none'),
    controller_decision: underscored(read, 'controller_decision', ['pending', ...laneDecisions], 'pending'),
    controller_note: read.text('controller_note', 2_000),
    assigned_at: read.time('assigned_at') ?? updated_at,
    updated_at,
    minutes: read.parsed('minutes', shape.minutes, null),
    deadline: read.parsed('deadline', shape.deadline, null),
    last_return_tag: Object.hasOwn(fields, 'last_return_tag') ? tagOf(read) : null,
    last_return_at: read.time('last_return_at'),
    last_return_seq: null,
    ...(last_body === '' ? {} : { last_body }),
    return_digests: read.parsed('return_digests', shape.return_digests, []),
    deliveries: read.parsed('deliveries', shape.deliveries, []),
    delivery_proof: read.text('delivery_proof', 2_000),
  };
}

function tagOf(read: FieldReader): Lane['last_return_tag'] {
  return read.parsed('last_return_tag', laneSchema.shape.last_return_tag, null);
}

/** Words with an underscore, which a plain reading would take for a space. */
function underscored<Word extends string>(
  read: FieldReader,
  name: string,
  words: readonly Word[],
  fallback: Word,
): Word {
  const given = read.line(name, 100);
  const found = words.find((word) => word === given.trim().toLowerCase());
  if (found === undefined && given !== '')
    read.keepField(name, `is a word we do not have and was taken as \`${fallback}\``);
  return found ?? fallback;
}

/** Names cut to the same length, or made one line, may have become one. */
function apart(lanes: readonly Lane[], leftovers: Leftovers): Lane[] {
  const seen = new Set<string>();
  return lanes.map((lane) => {
    let { line } = lane;
    for (let number = 2; seen.has(line); number += 1) line = `${lane.line.slice(0, 58)}-${number}`;
    if (line !== lane.line) leftovers.note(`A lane had the name ${lane.line} of another, and is now \`${line}\`.`);
    seen.add(line);
    return { ...lane, line };
  });
}
