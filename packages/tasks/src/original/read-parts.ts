/** The parts that a task is divided into. */

import { compact, milestoneStates, type Milestone, type Subtask } from '@perdure/contract';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Leftovers } from './leftovers.ts';
import { toLine } from './values.ts';

const milestoneWords: readonly (readonly [words: RegExp, status: Milestone['status']])[] = [
  [/^(complete|completed|finished|success|verified|closed)$/, 'done'],
  [/^(in[ _-]?progress|active|doing|started|current)$/, 'running'],
  [/^(cancelled|canceled|skipped|abandoned|obsolete)$/, 'dropped'],
];

export function readMilestones(read: FieldReader, leftovers: Leftovers): Milestone[] {
  return read
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
}

export function readSubtasks(read: FieldReader, leftovers: Leftovers): Subtask[] {
  return read
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
}
