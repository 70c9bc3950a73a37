import { taskSchema, type Task } from '@perdure/contract';
import { expect, test } from 'vitest';
import { kept, lanes, read, readOne, snapshot } from './import-support.ts';

test('a whole task comes over with every field in its place, and nothing to report', async () => {
  const event = {
    ts: '2026-03-01T10:00:00Z',
    type: 'task_created',
    task_id: 'alpha',
    phase: 'planning',
    status: 'ok',
    details: {},
  };
  const { tasks, queue, report } = await read({
    'alpha.json': JSON.stringify(snapshot, null, 2),
    'alpha.events.jsonl': `${JSON.stringify(event)}\n`,
    'alpha.progress.log': '[2026-03-01T10:00:00Z] task created: Ship it\n',
  });
  expect({ queue, report }).toEqual({ queue: [], report: [] });
  expect(tasks).toMatchObject([
    { source: 'alpha', history: { events: [event], progress: ['[2026-03-01T10:00:00Z] task created: Ship it'] } },
  ]);
  expect(tasks[0]?.task).toMatchObject({
    ...snapshot,
    created_at: '2026-03-01T10:00:00.000Z',
    updated_at: '2026-03-01T11:00:00.000Z',
    worked_at: '2026-03-01T11:00:00.000Z',
    artifacts: [],
    lanes: [{ ...lanes.lines.docs, controller_decision: 'pending', last_return_at: null }],
    reconcile: { ...snapshot.reconcile, last_run_at: '2026-03-01T10:30:00.000Z' },
    action_states: { push: { status: 'success', key: 'push', summary: 'push', attempt: 0 } },
    lease: null,
    inbox: [],
    evidence: [],
    revision: 1,
  });
});

test('words that we do not have are mapped, with a note and the original kept', async () => {
  const { task, notes } = await readOne({
    desired_state: 'hibernating',
    execution_priority: 'money',
    milestones: [
      { id: 'a', title: 'A', status: 'completed', percent: '100%' },
      { id: 'b', title: 'B', status: 'in_progress', percent: 150.4 },
      { id: 'c', title: 'C', status: 'whatever', percent: null, weight: 3 },
      'just a title',
    ],
    action_states: { a: { status: 'running' }, b: 'failed', c: { status: 'completed', attempts: 2 } },
  });
  expect(task).toMatchObject({
    desired_state: 'paused',
    execution_priority: 'tokens',
    milestones: [
      { status: 'done', percent: 100 },
      { status: 'running', percent: 100 },
      { status: 'pending', percent: 0 },
      { id: 'm4', title: 'just a title', status: 'pending' },
    ],
    action_states: { a: { status: 'unknown' }, b: { status: 'failed' }, c: { status: 'success' } },
    reconcile: { needed: true, status: 'pending_actions_remain' },
  });
  expect(kept(task)['fields']).toEqual({
    desired_state: 'hibernating',
    execution_priority: 'money',
    'milestones.0.status': 'completed',
    'milestones.0.percent': '100%',
    'milestones.1.status': 'in_progress',
    'milestones.1.percent': 150.4,
    'milestones.2.status': 'whatever',
    'milestones.2.weight': 3,
    'milestones.3': 'just a title',
    'action_states.a.status': 'running',
    'action_states.c.status': 'completed',
    'action_states.c.attempts': 2,
  });
  expect(notes).toContain(
    'desired_state is a word we do not have and was taken as `paused`; it is kept as it was in the artifact `imported`.',
  );
});

function control(intent: string, more = {}): Readonly<Record<string, unknown>> {
  return {
    id: 'user-x-2026-03-01T10:00:00Z',
    kind: 'user_control',
    created_at: '2026-03-01T10:00:00Z',
    status: 'pending',
    intent,
    message: `please ${intent}`,
    safe_boundary_only: false,
    unsafe_reason: '',
    boundary: 'deferred',
    ...more,
  };
}

test('controls that wait go to the inbox in order, applied ones into the leftovers, other actions stay open', async () => {
  const { task } = await readOne({
    pending_actions: [
      control('steer'),
      { id: 'mail' },
      control('stop', { unsafe_reason: 'upload' }),
      control('pause', { status: 'applied', applied_at: 'x' }),
      control('dance'),
      'call the bank',
    ],
  });
  expect(task.inbox).toMatchObject([
    {
      id: 'user-x-2026-03-01T10:00:00Z',
      intent: 'steer',
      message: 'please steer',
      by: 'import',
      at: '2026-03-01T10:00:00.000Z',
    },
    { id: 'user-x-2026-03-01T10:00:00Z-2', intent: 'stop', unsafe_reason: 'upload' },
    { id: 'user-x-2026-03-01T10:00:00Z-3', intent: 'note', message: 'please dance' },
  ]);
  expect(task.inbox[0]).not.toHaveProperty('unsafe_reason');
  expect(task.pending_actions).toEqual([{ id: 'mail' }, { id: 'imported-6', summary: 'call the bank' }]);
  expect(kept(task)['fields']).toMatchObject({
    'pending_actions.3': { status: 'applied' },
    'pending_actions.4.intent': 'dance',
  });
});

test.each([
  ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z', false],
  ['2026-03-01T10:00:00.123Z', '2026-03-01T10:00:00.123Z', false],
  ['2026-03-01T10:00:00.123456', '2026-03-01T10:00:00.123Z', true],
  ['2026-03-01 10:00', '2026-03-01T10:00:00.000Z', true],
  ['2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z', true],
  [1_772_359_200, '2026-03-01T10:00:00.000Z', true],
  ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z', true],
  ['2026-13-45T99:00:00Z', '2026-03-01T11:00:00.000Z', true],
  ['yesterday', '2026-03-01T11:00:00.000Z', true],
  [-1, '2026-03-01T11:00:00.000Z', true],
])('the time %s is taken as %s, and kept if anything was assumed: %s', async (given, taken, isKept) => {
  const { task } = await readOne({ created_at: given });
  expect(task.created_at).toBe(taken);
  expect(kept(task)['fields']).toEqual(isKept ? { created_at: given } : undefined);
});

test('bad names become ids without taking those of others, the names are reported, and the queue follows', async () => {
  const text = JSON.stringify({ ...snapshot, task_id: undefined });
  const { tasks, queue, report } = await read({
    'My Task!.json': text,
    'my-task-.json': text,
    '..evil.json': text,
    'é.json': text,
    [`${'x'.repeat(80)}.json`]: text,
    'a\nb.json': text,
    'interrupt-queue.json': JSON.stringify([
      { task_id: 'My Task!', title: 't' },
      { task_id: 'elsewhere', title: 'u' },
    ]),
  });
  expect(queue.map(({ taskId }) => taskId)).toEqual(['my-task--2', 'elsewhere']);
  expect(tasks.map(({ source, task }) => [source, task.task_id])).toEqual([
    ['my-task-', 'my-task-'],
    ['..evil', 'evil'],
    ['My Task!', 'my-task--2'],
    ['a\nb', 'a-b'],
    ['x'.repeat(80), 'x'.repeat(63)],
    ['é', 'imported'],
  ]);
  expect(report.filter(({ message }) => message.startsWith('The name is no task id')).length).toBe(5);
});

test('titles with newlines and control characters become one line, and the schema would have refused them', async () => {
  const title = 'ok\n[2026-03-01T10:00:00Z] forged\u001B[2J\u2028x';
  expect(taskSchema.shape.title.safeParse(title).success).toBe(false);
  const { task } = await readOne({ title });
  expect(task.title).toBe('ok [2026-03-01T10:00:00Z] forged [2J x');
  expect(kept(task)['fields']).toEqual({ title });
});

test('unknown fields, another name inside, and a lease are kept where a reader finds them', async () => {
  const { task } = await readOne({ task_id: 'beta', color: 'red', lease: { holder: 'x' }, __proto__: undefined });
  expect(task.task_id).toBe('alpha');
  expect(task.lease).toBe(null);
  expect(kept(task)).toEqual({
    kind: 'imported',
    source: 'alpha',
    fields: { task_id: 'beta', color: 'red', lease: { holder: 'x' } },
  });
});

test('names that every object has are names like others', async () => {
  const text = JSON.stringify(snapshot).replace(
    '"action_states":{',
    '"__proto__":{"a":1},"action_states":{"__proto__":{"status":"failed"},"constructor":{"status":"success"},',
  );
  const { tasks } = await read({ 'alpha.json': text, 'constructor.json': JSON.stringify(snapshot) });
  const task = tasks.find(({ source }) => source === 'alpha')?.task;
  expect(Object.keys(task?.action_states ?? {})).toEqual(['__proto__', 'constructor', 'push']);
  expect(Object.keys(kept(task as Task)['fields'] as object)).toEqual(['__proto__']);
  expect(tasks.map(({ source }) => source).toSorted()).toEqual(['alpha', 'constructor']);
});

test('commands in evidence from elsewhere become words, so nothing can run them', async () => {
  const evidence = {
    id: 'e1',
    criterion: 1,
    kind: 'check',
    by: 'agent',
    at: '2026-03-01T10:00:00.000Z',
    passed: true,
    command: ['sh', '-c', 'touch /tmp/pwned'],
    exit_code: 0,
    subject: { kind: 'git', digest: 'd', paths: [] },
  };
  const { task } = await readOne({ evidence: [evidence, { ...evidence, kind: 'baseline' }, { id: 'broken' }, 'text'] });
  expect(task.evidence).toEqual([
    expect.objectContaining({
      kind: 'attest',
      statement: 'Imported, run elsewhere as ["sh","-c","touch /tmp/pwned"].',
      exit_code: 0,
    }),
    expect.objectContaining({ kind: 'baseline' }),
  ]);
  expect(task.evidence.some((one) => 'command' in one)).toBe(false);
  expect(kept(task)['fields']).toEqual({ 'evidence.2': { id: 'broken' }, 'evidence.3': 'text' });
});
