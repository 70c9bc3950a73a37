import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { taskSchema } from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { expect, test } from 'vitest';
import { exportOriginal } from '../../src/original/export-original.ts';
import { readOriginal } from '../../src/original/import-original.ts';
import { readTaskFiles } from '../../src/original/read-files.ts';
import { tempFolder } from '../evidence/support.ts';
import { newTask } from '../mirror/task-log.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const writtenAt = '2026-03-01T10:00:00.000Z';

function importText(snapshot: string) {
  const { task, notes } = readTaskFiles({ stem: 'alpha', snapshot, writtenAt }, new Set());
  taskSchema.parse(task);
  return { task, notes };
}

function nested(levels: number): string {
  return `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
}

test.each(['artifacts', 'milestones', 'subtasks', 'pending_actions', 'evidence', 'done_criteria'])(
  'ten thousand levels in a member of %s leave a task that can be written down, and are kept as text',
  (field) => {
    const { task } = importText(`{"title":"t","${field}":[${nested(10_000)}]}`);
    const [imported] = task.artifacts.filter(({ source }) => source === 'alpha');
    expect(imported?.['fields']).toEqual({
      [field === 'done_criteria' ? field : `${field}.0`]: expect.stringContaining('{"a":[{"a":['),
    });
    expect(exportOriginal(task, []).snapshot).toContain('"imported"');
  },
);

test.each(['title', 'goal', 'idempotency_ledger', 'action_states', 'reconcile', 'budget', 'unknown'])(
  'ten thousand levels in %s leave a task that can be written down',
  (field) => {
    const { task } = importText(`{"${field}":${nested(10_000)}}`);
    expect(exportOriginal(task, []).snapshot).toContain('"imported"');
  },
);

test('a task of ours that is nested deeper than the engine can indent is exported all the same', () => {
  const deep: Record<string, unknown> = { value: JSON.parse(nested(10_000)) as unknown };
  expect(exportOriginal(newTask({ artifacts: [deep] }), []).snapshot.length).toBeGreaterThan(20_000);
});

test('ten megabytes in one field and in many leave a task of bounded leftovers', () => {
  const long = 'x'.repeat(10_000_000);
  const { task, notes } = importText(JSON.stringify({ title: long, unknown: [long] }));
  expect(task.title).toHaveLength(200);
  expect(JSON.stringify(task).length).toBeLessThan(600_000);
  expect(notes).toContainEqual(expect.stringContaining('stays whole in its file'));
  const many = importText(
    JSON.stringify({ title: 't', risk_notes: Array.from({ length: 1_000_000 }, () => 'a risk') }),
  );
  expect(many.task.risk_notes).toHaveLength(1_000_000);
});

test('bytes that are no UTF-8 are replaced, said so, and do not hide the rest', async () => {
  const folder = tempFolder();
  writeFileSync(
    join(folder, 'alpha.json'),
    Buffer.concat([Buffer.from('{"title":"a'), Buffer.from([0xff, 0xc3]), Buffer.from('b","desired_state":"paused"}')]),
  );
  writeFileSync(
    join(folder, 'beta.json'),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"title":"with a mark","desired_state":"paused"}')]),
  );
  const { tasks, report } = await readOriginal(folder);
  expect(tasks.map(({ task }) => task.title)).toEqual(['a\u{FFFD}\u{FFFD}b', 'with a mark']);
  expect(report).toEqual([{ file: 'alpha.json', message: expect.stringContaining('not all UTF-8') }]);
});

test('half a character in text becomes a whole one', () => {
  expect(importText(String.raw`{"title":"a\ud800b","goal":"\udc00"}`).task).toMatchObject({
    title: 'a\u{FFFD}b',
    goal: '\u{FFFD}',
  });
});

test('whatever JSON a snapshot holds, a valid task comes out', () => {
  const fields = fc.constantFrom(...Object.keys(taskSchema.shape), 'other');
  const snapshot = fc.oneof(
    fc.json(),
    fc.dictionary(fields, fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.string(),
  );
  fc.assert(
    fc.property(snapshot, fc.string(), fc.string(), fc.string(), (text, events, progress, stem) => {
      const { task } = readTaskFiles({ stem, snapshot: text, events, progress, writtenAt }, new Set());
      taskSchema.parse(task);
    }),
    { numRuns: 500 },
  );
});

test('wherever a snapshot was cut, a valid task comes out and the text is kept', () => {
  const { snapshot } = exportOriginal(newTask(), []);
  for (let length = 0; length < snapshot.length - 2; length += 7) {
    const { task } = importText(snapshot.slice(0, length));
    expect(task.artifacts).toMatchObject([{ kind: 'imported', source: 'alpha', text: [snapshot.slice(0, length)] }]);
  }
});
