/** Any command a writer could send, drawn from few ids so that commands meet. */

import {
  acceptancePolicies,
  compact,
  controlIntents,
  goalStatuses,
  laneDecisions,
  laneTags,
  milestoneStates,
  nextRoles,
  type Task,
} from '@perdure/contract';
import { returnOf, type CommandContext, type HaltedState, type SingleCommand, type TaskCommand } from '@perdure/tasks';
import * as fc from 'fast-check';
import { leaseOf, minute, start } from './fixtures.ts';

export const writers = ['ada', 'bob', 'eve', 'owner'] as const;

const word = fc.constantFrom('', 'go', 'look\nagain', 'ü'.repeat(30));
/** For fields of one line: commands are parsed before they are decided on. */
const line = fc.constantFrom('', 'go', 'ü'.repeat(30));
const id = fc.constantFrom('a', 'b', 'constructor');
const outcome = fc.constantFrom('success' as const, 'failed' as const);
const lease = fc
  .tuple(fc.constantFrom(...writers), fc.constantFrom(1, 10, 60))
  .map(([name, minutes]) => leaseOf(name, minutes * minute));
const wakes = fc.subarray<HaltedState>(['paused', 'stopped']);
const command = fc.constantFrom<string[]>(['npm', 'test'], ['make']);

const evidence = fc.record({
  id: fc.uuid(),
  criterion: fc.constantFrom(0, 1, 1, 1, 2, 2, 9),
  kind: fc.constantFrom('check' as const, 'check' as const, 'attest' as const, 'baseline' as const),
  by: fc.constant('liar'),
  at: fc.constant(new Date(start).toISOString()),
  passed: fc.constantFrom(true, true, false),
  command,
  exit_code: fc.constantFrom(0, 1),
  output_digest: fc.constantFrom('d1', 'd2'),
});

const editable = fc.record(
  {
    title: fc.constantFrom('Release 1', 'Release 2'),
    goal: word,
    next_step: word,
    done_criteria: fc.subarray(['tests pass', 'docs written', 'shipped']),
    acceptance: fc.constantFrom(...acceptancePolicies),
    budget: fc.record({ minutes: fc.constantFrom(10, 20) }),
  },
  { requiredKeys: [] },
);

const milestone = fc.record(
  { status: fc.constantFrom(...milestoneStates, 'done' as const, 'done' as const), reason: line },
  { requiredKeys: [] },
);

const ledger = fc.record(
  {
    pending_actions: fc.array(
      id.map((name) => ({ id: name })),
      { maxLength: 2 },
    ),
    idempotency_ledger: fc.constantFrom<Record<string, unknown>>({}, { k: true }),
  },
  { requiredKeys: [] },
);

const ofWork: readonly fc.Arbitrary<SingleCommand>[] = [
  fc.record({ type: fc.constant('update'), changes: editable }),
  fc.record({ type: fc.constant('progress'), message: word, tokens: fc.nat(1000) }),
  fc.record({ type: fc.constant('milestone'), id, changes: milestone }),
  fc.record({ type: fc.constant('subtask'), id, changes: fc.record({ status: line }, { requiredKeys: [] }) }),
  fc.record({ type: fc.constant('boundary') }),
  fc.record({ type: fc.constant('boundary') }),
  fc.record({ type: fc.constant('boundary') }),
  fc.record({ type: fc.constant('start_action'), actionId: id, summary: line }),
  fc.record({ type: fc.constant('end_action'), actionId: id, status: outcome }),
  fc.record({ type: fc.constant('end_action'), actionId: id, status: outcome, result: word }),
  fc.record({ type: fc.constant('resolve_action'), actionId: id, status: outcome, how: word }),
  fc.record({ type: fc.constant('reconcile'), reason: word }),
  fc.record({ type: fc.constant('set_ledger'), ledger }),
  fc.record({ type: fc.constant('evidence'), evidence }),
  fc.record({ type: fc.constant('evidence'), evidence }),
  fc.record({ type: fc.constant('evidence'), evidence }),
  fc.record({ type: fc.constant('context'), percent: fc.nat(60), session: word }),
  fc.record({ type: fc.constant('event'), name: word, details: fc.constant({ at: 'x' }) }),
];

const lineName = fc.constantFrom('docs', 'code');
const node = fc.constantFrom('start', 'two');
const given = fc
  .record({
    tag: fc.constantFrom(...laneTags),
    line: fc.constantFrom('docs', 'code', 'nobody'),
    node,
    goal_status: fc.constantFrom(...goalStatuses),
    next_role: fc.constantFrom(...nextRoles),
    body: fc.constantFrom('Completed\nHalf', 'Completed\nSent it', 'Completed\nSent it, id 4711'),
  })
  .map((fields) => returnOf({ task_id: 'release-1', ...fields }));
const lanePlan = fc.record(
  {
    goal: fc.constantFrom('Half', 'The other half'),
    write_targets: fc.subarray(['docs', 'src/**', 'src/a.ts']),
    coordination: fc.constantFrom('', 'by turns'),
    node,
    minutes: fc.constantFrom(5, 60),
  },
  { requiredKeys: ['goal'] },
);

const ofLanes: readonly fc.Arbitrary<SingleCommand>[] = [
  fc.record({ type: fc.constant('assign_lane'), line: lineName, lane: lanePlan }),
  fc.record({
    type: fc.constant('assign_lane'),
    line: lineName,
    lane: lanePlan,
    agent: fc.constantFrom('scout', 'maya'),
  }),
  fc.record({ type: fc.constant('ingest_return'), returnId: fc.uuid(), given }),
  fc.record({ type: fc.constant('ingest_return'), returnId: fc.uuid(), given }),
  fc.record({ type: fc.constant('ingest_return'), returnId: fc.uuid(), given }),
  fc.record({
    type: fc.constant('decide_lane'),
    line: lineName,
    decision: fc.constantFrom(...laneDecisions),
    note: word,
  }),
  fc.record({ type: fc.constant('expire_lanes') }),
];

const controlFields = {
  type: fc.constant('control' as const),
  controlId: fc.uuid(),
  intent: fc.constantFrom(...controlIntents, 'resume' as const, 'resume' as const),
  message: word,
};

const ofControl: readonly fc.Arbitrary<SingleCommand>[] = [
  fc.record({ ...controlFields, when: fc.constant('now') }),
  fc.record({ ...controlFields, when: fc.constant('now') }),
  fc.record({ ...controlFields, when: fc.constant('boundary') }),
  fc.record({ ...controlFields, when: fc.constant('now'), unsafeReason: word }),
];

const ofLease: readonly fc.Arbitrary<SingleCommand>[] = [
  fc.record({ type: fc.constant('take_lease'), lease, takeOver: fc.boolean() }),
  fc.record({ type: fc.constant('continue'), lease, takeOver: fc.boolean(), wakes }),
  fc.record({ type: fc.constant('continue'), lease, takeOver: fc.boolean(), wakes }),
  fc.record({ type: fc.constant('renew_lease') }),
  fc.record({ type: fc.constant('release_lease') }),
];

const ofEnding: readonly fc.Arbitrary<SingleCommand>[] = [
  fc.record({ type: fc.constant('complete'), summary: word }),
  fc.record({ type: fc.constant('complete'), summary: word }),
  fc.record({ type: fc.constant('complete'), override: word }),
  fc.record({ type: fc.constant('fail'), reason: word }),
  fc.record({ type: fc.constant('reopen'), reason: word }),
  fc.record({ type: fc.constant('reopen'), reason: word }),
];

const ofAll: fc.Arbitrary<TaskCommand> = fc.record({
  type: fc.constant('all'),
  commands: fc.array(fc.oneof(...ofWork, ...ofControl), { minLength: 1, maxLength: 4 }),
});

/**
 * One command and who sends it. Evidence is voided, and a return settled, by its position, as ids are drawn at random.
 */
export interface Sent {
  readonly writer: (typeof writers)[number];
  /** `holder`: whoever holds the newest lease sends it instead, with its token. */
  readonly token: 'none' | 'own' | 'holder';
  /** How many revisions behind the newest the writer is; undefined: it does not care. */
  readonly behind: number | undefined;
  readonly minutesLater: number;
  readonly command:
    | TaskCommand
    | { readonly type: 'void_nth'; readonly index: number }
    | { readonly type: 'settle_nth'; readonly how: 'adopted' | 'dropped' };
}

const commands = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(...ofWork) },
  { weight: 4, arbitrary: fc.oneof(...ofLanes) },
  { weight: 3, arbitrary: fc.oneof(...ofControl) },
  { weight: 2, arbitrary: fc.oneof(...ofLease) },
  { weight: 2, arbitrary: fc.oneof(...ofEnding) },
  { weight: 1, arbitrary: ofAll },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('void_nth' as const), index: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('settle_nth' as const),
      how: fc.constantFrom('adopted' as const, 'dropped' as const),
    }),
  },
);

export const anySent: fc.Arbitrary<Sent> = fc.record({
  writer: fc.constantFrom(...writers),
  token: fc.constantFrom('none', 'own', 'holder', 'holder', 'holder'),
  behind: fc.constantFrom(undefined, undefined, undefined, 0, 0, 0, 1, 3),
  minutesLater: fc.constantFrom(0, 0, 1, 5, 40),
  command: commands,
});

export const sequences: fc.Arbitrary<readonly Sent[]> = fc.array(anySent, {
  minLength: 5,
  maxLength: 60,
  size: 'max',
});

/** Who sends it, on what they have seen of the task. */
export function contextOf(now: number, sent?: Sent, task?: Task): CommandContext {
  const { writer = 'owner', token = 'none', behind } = sent ?? {};
  const lease = task?.lease ?? null;
  const isHolder = token === 'holder' && lease !== null && lease.token_hash !== '';
  const actor = isHolder ? lease.holder : writer;
  return {
    now,
    actor,
    revision: behind === undefined || task === undefined ? 'latest' : task.revision - behind,
    ...compact({ tokenHash: isHolder || token === 'own' ? `token-${actor}` : undefined }),
  };
}

export function commandOf({ command }: Sent, task: Task): TaskCommand {
  if (command.type === 'settle_nth') {
    return { type: 'settle_return', id: task.quarantine[0]?.id ?? 'none', how: command.how };
  }
  if (command.type !== 'void_nth') return command;
  return { type: 'void_evidence', evidenceIds: [task.evidence[command.index]?.id ?? 'none'] };
}
