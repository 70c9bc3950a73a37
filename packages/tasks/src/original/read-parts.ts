/** The parts that a task is divided into. */

import { compact, milestoneStates, type Milestone, type Subtask } from '@perdure/contract';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Leftovers } from './leftovers.ts';
import { freeId, toLine } from './values.ts';

const milestoneWords: readonly (readonly [words: RegExp, status: Milestone['status']])[] = [
  [/^(complete|completed|finished|success|verified|closed)$/, 'done'],
  [/^(in[ _-]?progress|active|doing|started|current)$/, 'running'],
  [/^(cancelled|canceled|skipped|abandoned|obsolete)$/, 'dropped'],
];

export function readMilestones(read: FieldReader, leftovers: Leftovers): Milestone[] {
  const milestones = read
    .objects('milestones', (value) => ({ title: toLine(value ?? '', 200) }))
    .map((fields, index) => {
      const member = createFieldReader(fields, leftovers, `milestones.${index}.`);
      member.keepOthers(['id', 'title', 'status', 'percent', 'reason']);
      const id = member.line('id', 64, `m${index + 1}`);
      const reason = member.line('reason', 500);
      return {
        id,
        title: member.line('title', 200, id),
        status: member.word(
          'status',
          milestoneStates,
          (word) => milestoneWords.find(([words]) => words.test(word))?.[1] ?? 'pending',
        ),
        percent: member.whole('percent', { min: 0, max: 100, fallback: 0 }),
        ...compact({ reason: Object.hasOwn(fields, 'reason') ? reason : undefined }),
      };
    });
  return apart(milestones, { name: 'milestones', leftovers });
}

/** What is named alike cannot be told apart, and so not be ended: each after the first gets a name of its own. */
function apart<Part extends { readonly id: string }>(
  parts: readonly Part[],
  { name, leftovers }: { readonly name: string; readonly leftovers: Leftovers },
): Part[] {
  const taken = new Set(parts.map(({ id }) => id));
  const seen = new Set<string>();
  return parts.map((part, index) => {
    if (!seen.has(part.id)) {
      seen.add(part.id);
      return part;
    }
    const id = freeId(part.id, taken);
    leftovers.note(`${name}.${index} has the name ${part.id} of another, and is now \`${id}\`.`);
    taken.add(id);
    return { ...part, id };
  });
}

export function readSubtasks(read: FieldReader, leftovers: Leftovers): Subtask[] {
  const subtasks = read
    .objects('subtasks', (value) => ({ title: toLine(value ?? '', 200) }))
    .map((fields, index) => {
      const member = createFieldReader(fields, leftovers, `subtasks.${index}.`);
      member.keepOthers(['id', 'title', 'status', 'owner', 'depends_on']);
      const id = member.line('id', 64, `s${index + 1}`);
      const depends = member.texts('depends_on', 64);
      const depends_on = depends.map((name) => toLine(name, 64));
      if (depends.some((name, at) => name !== depends_on[at]))
        leftovers.keep(`subtasks.${index}.depends_on`, depends, 'was made a list of lines');
      return {
        id,
        title: member.line('title', 200, id),
        status: member.line('status', 64, 'pending'),
        owner: member.line('owner', 64),
        depends_on,
      };
    });
  return apart(subtasks, { name: 'subtasks', leftovers });
}
