/** Any command a writer could send, drawn from few ids so that commands meet. */

import { acceptancePolicies, compact, controlIntents, milestoneStates, type Task } from '@perdure/contract';
import type { CommandContext, HaltedState, SingleCommand, TaskCommand } from '@perdure/tasks';
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

/** One command and who sends it. Evidence is voided by its position, as its ids are drawn at random. */
export interface Sent {
  readonly writer: (typeof writers)[number];
  /** `holder`: whoever holds the newest lease sends it instead, with its token. */
  readonly token: 'none' | 'own' | 'holder';
  /** How many revisions behind the newest the writer is; undefined: it does not care. */
  readonly behind: number | undefined;
  readonly minutesLater: number;
  readonly command: TaskCommand | { readonly type: 'void_nth'; readonly index: number };
}

const commands = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(...ofWork) },
  { weight: 3, arbitrary: fc.oneof(...ofControl) },
  { weight: 2, arbitrary: fc.oneof(...ofLease) },
  { weight: 2, arbitrary: fc.oneof(...ofEnding) },
  { weight: 1, arbitrary: ofAll },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('void_nth' as const), index: fc.nat(4) }) },
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
  if (command.type !== 'void_nth') return command;
  return { type: 'void_evidence', evidenceIds: [task.evidence[command.index]?.id ?? 'none'] };
}
