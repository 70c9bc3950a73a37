import {
  compact,
  goalStatuses,
  laneDecisions,
  laneOwners,
  laneStatuses,
  laneTags,
  nextRoles,
  parseExactJson,
  quarantineReasons,
  taskSchema,
  type Task,
} from '@perdure/contract';
import * as fc from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { expect, test } from 'vitest';
import { exportOriginal, snapshotText } from '../../src/original/export-original.ts';
import { readTaskFiles } from '../../src/original/read-files.ts';
import { begin, createLog, newTask } from '../mirror/task-log.ts';

fc.configureGlobal({ seed: propertySeed(20_261_130) });

const time = fc.integer({ min: 0, max: 4_000_000_000_000 }).map((ms) => new Date(ms).toISOString());
const line = (max: number) =>
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) =>
    text
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')
      .slice(0, max)
      .toWellFormed(),
  );
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.toWellFormed());
const texts = fc.array(text, { maxLength: 3 });
const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c', '-', '_', '0') });
const whole = fc.integer({ min: 0, max: 1_000_000 });
const object = fc.dictionary(word, fc.json({ maxDepth: 2 }).map(parseExactJson), { maxKeys: 3 });

const control = fc.record(
  {
    id: word,
    intent: fc.constantFrom('pause', 'stop', 'steer', 'edit', 'note', 'resume'),
    message: text,
    by: word,
    at: time,
    unsafe_reason: word,
  },
  { requiredKeys: ['id', 'intent', 'message', 'by', 'at'] },
);
const action = fc.record(
  {
    status: fc.constantFrom('started', 'success', 'failed', 'unknown'),
    key: word,
    summary: line(500),
    started_at: time,
    ended_at: time,
    result: text,
    attempt: whole,
  },
  { requiredKeys: ['status', 'key', 'summary', 'started_at', 'attempt'] },
);
const evidence = fc.record(
  {
    id: word,
    criterion: whole,
    kind: fc.constantFrom('check', 'attest', 'baseline'),
    by: word,
    at: time,
    passed: fc.boolean(),
    command: fc.array(text, { minLength: 1, maxLength: 3 }),
    exit_code: fc.option(whole),
    output_tail: text,
    statement: text.map((value) => value.trimEnd()),
    subject: fc.record({ kind: fc.constantFrom('git', 'files'), digest: word, paths: texts }),
    void_since: time,
  },
  { requiredKeys: ['id', 'criterion', 'kind', 'by', 'at', 'passed'] },
);

const returned = {
  node: line(100),
  goal_status: fc.constantFrom(...goalStatuses),
  next_role: fc.constantFrom(...nextRoles),
  deliveries: fc.array(fc.record({ text, proof: word }, { requiredKeys: ['text'] }), { maxLength: 2 }),
};
const lane = fc.record(
  {
    ...returned,
    // Names that are numbers stand first in any object, whatever the order in which they came.
    line: word.map((name) => `l${name}`),
    owner: fc.constantFrom(...laneOwners),
    goal: text,
    summary: text,
    scope: text,
    write_targets: fc.array(line(500), { maxLength: 2 }),
    coordination: text,
    status: fc.constantFrom(...laneStatuses),
    controller_decision: fc.constantFrom('pending', ...laneDecisions),
    controller_note: text,
    assigned_at: time,
    updated_at: time,
    minutes: fc.option(fc.integer({ min: 1, max: 99 })),
    deadline: fc.option(time),
    last_return_tag: fc.option(fc.constantFrom(...laneTags)),
    last_return_at: fc.option(time),
    last_return_seq: fc.constant(null),
    last_body: text.filter((body) => body !== ''),
    return_digests: fc.array(word, { maxLength: 2 }),
    delivery_proof: text,
  },
  { noNullPrototype: true },
);
const quarantined = fc.record({
  ...returned,
  id: word,
  line: word,
  tag: fc.constantFrom(...laneTags),
  why: fc.constantFrom(...quarantineReasons),
  by: word,
  at: time,
  digest: word,
  seq: fc.constant(null),
});

/** Anything that the schema allows. */
const task: fc.Arbitrary<Task> = fc
  .record({
    title: line(200),
    goal: text,
    done_criteria: texts,
    constraints: texts,
    desired_state: fc.constantFrom('running', 'paused', 'stopped', 'completed', 'failed'),
    execution_priority: fc.constantFrom('time', 'tokens'),
    phase: line(100),
    health: line(100),
    milestones: fc.uniqueArray(
      fc.record(
        {
          id: line(64),
          title: line(200),
          status: fc.constantFrom('pending', 'running', 'done', 'dropped'),
          percent: fc.integer({ min: 0, max: 100 }),
          reason: line(500),
        },
        { requiredKeys: ['id', 'title', 'status', 'percent'] },
      ),
      { maxLength: 3, selector: ({ id }) => id },
    ),
    subtasks: fc.uniqueArray(
      fc.record({
        id: line(64),
        title: line(200),
        status: line(64),
        owner: line(64),
        depends_on: fc.array(line(64), { maxLength: 2 }),
      }),
      { maxLength: 2, selector: ({ id }) => id },
    ),
    next_step: text,
    last_verified_step: text,
    status_update_interval_seconds: whole,
    last_status_update_at: fc.option(time),
    artifacts: fc.array(object, { maxLength: 2 }),
    lanes: fc.uniqueArray(lane, { maxLength: 2, selector: (one) => one.line }),
    max_parallel: fc.integer({ min: 1, max: 100 }),
    quarantine: fc.array(quarantined, { maxLength: 2 }),
    risk_notes: texts,
    operator_note: text,
    steering_note: text,
    steering: fc.array(
      control.map((one) => ({ ...one, told: true })),
      { maxLength: 2 },
    ),
    words_said: whole,
    // Each has a name of its own: others are given one by an import.
    pending_actions: fc
      .uniqueArray(fc.tuple(fc.nat(), object), { maxLength: 2, selector: ([number]) => number })
      .map((named) => named.map(([number, entry]) => ({ ...entry, id: `act-${number}` }))),
    action_states: fc.dictionary(word, action, { maxKeys: 3 }),
    idempotency_ledger: object,
    reconcile: fc.record({ needed: fc.boolean(), reason: text, last_run_at: fc.option(time), status: text }),
    created_at: time,
    updated_at: time,
    worked_at: time,
    revision: fc.integer({ min: 1, max: 1_000 }),
    project: text,
    control_level: fc.integer({ min: 0, max: 4 }),
    budget: fc.record(
      { minutes: fc.integer({ min: 1, max: 9 }), tokens_used: whole },
      { requiredKeys: ['tokens_used'] },
    ),
    acceptance: fc.constantFrom('auto', 'human', 'second-agent'),
    lease: fc.option(
      fc.record({
        holder: line(200),
        attempt: whole,
        fence: whole,
        token_hash: word,
        earlier_hashes: fc.constant([]),
        own_hashes: fc.constant(0),
        ttl_ms: fc.integer({ min: 1 }),
        expires_at: time,
      }),
    ),
    inbox: fc.uniqueArray(control, { maxLength: 3, selector: ({ id }) => id }),
    evidence: fc.array(evidence, { maxLength: 2 }),
    handed_over: fc.boolean(),
    closing: fc.option(fc.record({ text: line(2000), by: word, at: time })),
    context: fc.option(fc.record({ percent: fc.integer({ min: 0, max: 100 }), at: time })),
    halts: fc.array(fc.record({ by: word, at: time }), { maxLength: 2 }),
    workers: texts,
    worker_processes: fc.constant([]),
    dropped_criteria: fc.array(fc.record({ text, by: word, at: time }), { maxLength: 2 }),
    override: fc.option(fc.record({ reason: text, by: word, at: time })),
  })
  .map((fields) => taskSchema.parse({ task_id: 'alpha', ...fields }));

const seconds = (at: string) => at.replace(/\.\d{3}Z$/, '.000Z');
const secondsOrNull = (at: string | null) => (at === null ? null : seconds(at));

/** What the format can hold of it, and what coming from elsewhere makes of it. */
function held(original: Task): Task {
  const action_states = Object.fromEntries(
    Object.entries(original.action_states).map(([id, record]) => [
      id,
      record.status === 'started' ? { ...record, status: 'unknown' as const } : record,
    ]),
  );
  const hasUnknown = Object.values(action_states).some(({ status }) => status === 'unknown');
  const { reconcile } = original;
  const unsettled = {
    needed: true,
    reason: 'imported with actions whose end is not known',
    status: 'pending_actions_remain',
  };
  return {
    ...original,
    revision: 1,
    lease: null,
    created_at: seconds(original.created_at),
    updated_at: seconds(original.updated_at),
    last_status_update_at: secondsOrNull(original.last_status_update_at),
    reconcile: {
      ...reconcile,
      last_run_at: secondsOrNull(reconcile.last_run_at),
      ...(hasUnknown && !reconcile.needed ? unsettled : {}),
    },
    inbox: original.inbox.map((one) => ({ ...one, at: seconds(one.at) })),
    lanes: original.lanes.map((one) => ({
      ...one,
      assigned_at: seconds(one.assigned_at),
      updated_at: seconds(one.updated_at),
      last_return_at: secondsOrNull(one.last_return_at),
    })),
    action_states,
    evidence: original.evidence.map(({ command, ...one }) => ({
      ...one,
      kind: one.kind === 'check' ? 'attest' : one.kind,
      ...compact({
        statement:
          command === undefined
            ? undefined
            : `Imported, run elsewhere as ${JSON.stringify(command)}. ${one.statement ?? ''}`.trimEnd(),
      }),
    })),
  };
}

function reread(original: Task) {
  const { snapshot, events, progress } = exportOriginal(original, []);
  return readTaskFiles(
    { stem: 'alpha', snapshot, events, progress, writtenAt: new Date(begin).toISOString() },
    new Set(),
  );
}

function isLeftover(artifact: Readonly<Record<string, unknown>>): boolean {
  return artifact['kind'] === 'imported' && artifact['source'] === 'alpha';
}

test('whatever a task holds comes back from an export, as far as the format can hold it', () => {
  fc.assert(
    fc.property(task, (original) => {
      const { task: back } = reread(original);
      const started = Object.values(original.action_states).filter(({ status }) => status === 'started').length;
      expect({ ...back, artifacts: back.artifacts.filter((artifact) => !isLeftover(artifact)) }).toEqual(
        held(original),
      );
      // The only thing that is bent is an action that was under way.
      expect(back.artifacts.filter(isLeftover)).toHaveLength(started === 0 ? 0 : 1);
    }),
    { numRuns: 300 },
  );
});

test('what came back once comes back the same ever after', () => {
  fc.assert(
    fc.property(task, (original) => {
      const once = reread(original).task;
      const again = reread(once);
      expect(again.task).toEqual(once);
      expect(again.notes).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('every event and every progress line comes back, one for one', () => {
  const log = createLog(newTask());
  for (const message of ['plain', 'two\nlines', 'quote " and \\', '\u2028']) log.report(message);
  log.commit({ type: 'noted', data: { name: 'step_completed', details: { step: 3 } } });
  const exported = exportOriginal(log.task(), log.events);
  const back = readTaskFiles({ stem: 'alpha', ...exported, writtenAt: '2026-01-01T00:00:00.000Z' }, new Set());
  expect(back.notes).toEqual([]);
  const events = back.history.events as readonly { seq: number; type: string; details: { message: string } }[];
  expect(events.map(({ seq, type }) => [seq, type])).toEqual(
    log.events.map((event) => [event.seq, event.type === 'noted' ? 'step_completed' : event.type]),
  );
  expect(events.slice(1, 5).map(({ details }) => details.message)).toEqual([
    'plain',
    'two\nlines',
    'quote " and \\',
    '\u2028',
  ]);
  expect(back.history.progress).toHaveLength(5);
});

test('a task whose exported snapshot is lost is put together from its exported log', () => {
  const log = createLog(newTask());
  log.report('half way');
  log.commit({ type: 'task_updated', data: { changes: { next_step: 'the other half', phase: 'execution' } } });
  log.commit({ type: 'pause_requested', data: { state: 'paused' } });
  const { events } = exportOriginal(log.task(), log.events);
  const { task: back } = readTaskFiles({ stem: 'alpha', events, writtenAt: '2026-01-01T00:00:00.000Z' }, new Set());
  expect(back).toMatchObject({
    title: 'Ship it',
    next_step: 'the other half',
    phase: 'execution',
    desired_state: 'paused',
  });
});

test('a lane comes back with the words of its last return, which stand in the log here', () => {
  const log = createLog(newTask());
  const plan = { owner: 'worker', goal: 'Write', summary: '', scope: '', write_targets: ['docs'] } as const;
  const round = { node: 'start', coordination: '', minutes: null, deadline: null };
  log.commit({ type: 'subtask_assigned', data: { line: 'docs', ...plan, write_targets: ['docs'], ...round } });
  const words = { tag: 'handoff', goal_status: 'waiting', next_role: 'verify', digest: 'd', deliveries: [] } as const;
  log.commit({
    type: 'subagent_return_ingested',
    data: { line: 'docs', node: 'start', ...words, deliveries: [], body: 'Goal\nWrite' },
  });
  const exported = exportOriginal(log.task(), log.events);
  const { artifacts } = JSON.parse(exported.snapshot) as { artifacts: readonly unknown[] };
  expect(artifacts).toMatchObject([
    { kind: 'subagent_lines', lines: { docs: { line: 'docs', status: 'handoff', last_body: 'Goal\nWrite' } } },
  ]);
  expect(snapshotText(log.task())).not.toContain('Goal\\nWrite');
  const back = readTaskFiles({ stem: 'alpha', ...exported, writtenAt: '2026-01-01T00:00:00.000Z' }, new Set());
  expect([back.notes, back.task.lanes]).toMatchObject([[], [{ status: 'handoff', last_body: 'Goal\nWrite' }]]);
  expect(back.task.artifacts).toEqual([]);
});
