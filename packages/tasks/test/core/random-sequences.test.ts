/**
 * Random sequences of commands by four writers, with tokens and without, late and on time, held against what the core
 * promises. A failure prints the smallest sequence found and the seed; `PERDURE_SEED=<seed>` repeats it.
 */

import { isTaskClosed, taskSchema, type Task } from '@perdure/contract';
import {
  brief,
  classify,
  type CommandContext,
  continueAnswer,
  decide,
  gate,
  leaseState,
  maxParallel,
  renderBrief,
  type SingleCommand,
  statusLine,
  type TaskCommand,
  type TaskEvent,
} from '@perdure/tasks';
import { propertySeed } from '@perdure/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold, minute, newTask, stamped, start } from './fixtures.ts';
import { commandOf, contextOf, sequences, type Sent } from './random-commands.ts';

const seed = propertySeed(20_260_719);
const numRuns = 1_000;

interface Step {
  readonly before: Task;
  readonly command: TaskCommand;
  readonly context: CommandContext;
  readonly decision: ReturnType<typeof decide>;
  readonly after: Task;
}

interface Played {
  readonly steps: readonly Step[];
  readonly created: Task;
  readonly log: readonly TaskEvent[];
  readonly task: Task;
}

function play(sequence: readonly Sent[]): Played {
  const created = newTask({ done_criteria: ['tests pass'] });
  const log: TaskEvent[] = [...stamped([{ type: 'task_created', data: { task: created } }], 0, contextOf(start))];
  const steps: Step[] = [];
  let task = created;
  let now = start;
  for (const sent of sequence) {
    now += sent.minutesLater * minute;
    const context = contextOf(now, sent, task);
    const command = commandOf(sent, task);
    const decision = decide(task, command, context);
    // What comes back from a log has been text: nothing may depend on what JSON cannot hold.
    const events = decision.kind === 'events' ? stamped(asText(decision.events), task.revision, context) : [];
    const after = fold(task, events);
    steps.push({ before: task, command, context, decision, after });
    log.push(...events);
    task = after;
  }
  return { steps, created, log, task };
}

function asText<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function always(promise: string, holds: (played: Played) => void): void {
  it(`${promise} (${numRuns} sequences, seed ${seed})`, () => {
    fc.assert(
      fc.property(sequences, (sequence) => holds(play(sequence))),
      { numRuns, seed },
    );
  });
}

always('a replay of the log gives the very same task, which satisfies the schema', ({ log, task }) => {
  expect(fold(undefined, asText(log))).toEqual(task);
  expect(asText(task)).toEqual(task);
  taskSchema.parse(task);
});

always('the revision is the number of the last event: it grows with every change and with nothing else', (played) => {
  for (const { before, decision, after } of played.steps) {
    const added = decision.kind === 'events' ? decision.events.length : 0;
    expect(after.revision).toBe(before.revision + added);
  }
  expect(played.task.revision).toBe(played.log.length);
});

always('a stale revision is refused whatever else is wrong, and named with the newest', ({ steps }) => {
  for (const { before, context, decision } of steps) {
    if (context.revision === 'latest' || context.revision === before.revision) continue;
    expect(decision).toMatchObject({ code: 'conflict', details: { seen: context.revision, now: before.revision } });
  }
});

/** Written anew here, not asked of the core: the commands that anybody may send. */
const needNoLease = new Set([
  'control',
  'take_lease',
  'break_lease',
  'continue',
  'reopen',
  'ingest_return',
  'expire_lanes',
]);
const mayWrite = ({ command, context }: Step): boolean =>
  command.type === 'all' ? command.commands.every((one) => mayWriteOne(one, context)) : mayWriteOne(command, context);
const mayWriteOne = (command: SingleCommand, context: CommandContext) =>
  needNoLease.has(command.type) ||
  (command.type === 'update' && context.actor === 'owner' && context.tokenHash === undefined) ||
  (['event', 'fail'].includes(command.type) && context.actor === 'owner') ||
  (command.type === 'evidence' && command.evidence.kind === 'attest');

always('neither a dead token nor anybody beside a living lease writes', ({ steps }) => {
  for (const step of steps) {
    const { before, context, decision } = step;
    const isHolder = context.tokenHash !== undefined && before.lease?.token_hash === context.tokenHash;
    const isDead = context.tokenHash !== undefined && !isHolder;
    const isBeside = leaseState(before.lease, context.now) === 'alive' && !isHolder;
    if ((isDead || isBeside) && !mayWrite(step)) expect(decision.kind).toBe('refused');
  }
});

always('fence and attempt never fall, and grow exactly with a new holder', ({ steps }) => {
  for (const { before, after, decision } of steps) {
    const isTaken = decision.kind === 'events' && decision.events.some(({ type }) => type === 'lease_taken');
    expect(after.lease?.fence ?? 0).toBe((before.lease?.fence ?? 0) + (isTaken ? 1 : 0));
    expect(after.lease?.attempt ?? 0).toBe((before.lease?.attempt ?? 0) + (isTaken ? 1 : 0));
  }
});

always('no task is completed past the gate without an override, which stays for ever', ({ steps }) => {
  for (const { before, after, command } of steps) {
    if (before.override !== null) expect(after.override).not.toBeNull();
    if (after.desired_state !== 'completed' || before.desired_state === 'completed') continue;
    if (command.type === 'complete' && command.override?.trim()) continue;
    expect(gate(before)).toEqual([]);
    expect(before.inbox).toEqual([]);
    expect(Object.values(before.action_states).filter(({ status }) => /started|unknown/.test(status))).toEqual([]);
    // For each criterion somebody's check passed, or somebody stood for it.
    for (const [index] of before.done_criteria.entries()) {
      const own = before.evidence.filter(({ criterion, kind }) => criterion === index + 1 && kind !== 'baseline');
      expect(own.some(({ passed, kind, by }) => kind === 'attest' || (passed && by !== 'liar'))).toBe(true);
    }
  }
});

always('an effect that was had, or may have been had, is never begun again', ({ steps }) => {
  for (const { before, after, context, decision } of steps) {
    if (decision.kind !== 'events') continue;
    // Event by event: one of several commands may have found out what became of it, and the next begin it anew.
    let task = before;
    for (const event of stamped(decision.events, before.revision, context)) {
      const states = task.action_states;
      if (event.type === 'action_started') {
        const known = Object.hasOwn(states, event.data.id) ? states[event.data.id]?.status : undefined;
        expect([undefined, 'failed']).toContain(known);
      }
      task = fold(task, [event]);
    }
    const isResumed = decision.events.some(({ type }) => type === 'resume_started');
    if (isResumed) expect(Object.values(after.action_states).some(({ status }) => status === 'unknown')).toBe(false);
  }
});

always('every queued control is applied once and in order, unless the task was closed before', ({ log, task }) => {
  const idsOf = (type: 'user_control_deferred' | 'user_control_applied') =>
    log.flatMap((event) => (event.type === type ? [event.data.control.id] : []));
  const waiting = task.inbox.map(({ id }) => id);
  expect([...idsOf('user_control_applied'), ...waiting]).toEqual(idsOf('user_control_deferred'));
});

always('no two words of a task ever have the same number', ({ steps }) => {
  const numbers = new Map<number, string>();
  for (const { after } of steps) {
    for (const { id, number = 0 } of [...after.steering, ...after.inbox]) {
      expect([number >= 1, number <= after.words_said]).toEqual([true, true]);
      expect(numbers.get(number) ?? id).toBe(id);
      numbers.set(number, id);
    }
  }
});

always(
  'a continue wakes nothing that it may not wake, and gives no lease that its answer does not tell',
  ({ steps }) => {
    for (const { before, after, command, context, decision } of steps) {
      if (command.type !== 'continue' || decision.kind !== 'events') continue;
      const { lease, wakes } = command;
      const wasHalted = before.desired_state === 'paused' || before.desired_state === 'stopped';
      const isWoken = wasHalted && after.desired_state === 'running';
      if (isWoken && !before.handed_over) expect(wakes).toContain(before.desired_state);
      const isGiven = decision.events.some(({ type }) => type === 'lease_taken');
      const options = { now: context.now, tokenHash: lease.tokenHash, askFirst: false, wakes };
      if (isGiven) expect(continueAnswer(before, after, options).goesOn).toBe(true);
    }
  },
);

always('whatever was made of a task, it can be classified, shown and briefed', ({ task, log }) => {
  const now = start + 90 * minute;
  expect(classify(task, { now }).reasons.length).toBeGreaterThan(0);
  expect(statusLine(task)).not.toContain('\n');
  expect(renderBrief(brief(task, { now, recent: log.slice(-20) })).length).toBeLessThan(4_000);
  if (isTaskClosed(task.desired_state)) expect(leaseState(task.lease, now)).not.toBe('alive');
});

const standing = (task: Task) => task.lanes.map(({ status, last_return_at }) => [status === 'expired', last_return_at]);

always('a return changes a lane only if it was at work at that node, and is told apart or kept else', ({ steps }) => {
  for (const { before, command, context, decision, after } of steps) {
    if (command.type !== 'ingest_return' || decision.kind === 'refused') continue;
    const { line, node } = command.given;
    const lane = before.lanes.find((one) => one.line === line);
    const isDue = lane?.status === 'assigned' && lane.node === node && Date.parse(lane.deadline ?? '') > context.now;
    if (isDue && !isTaskClosed(before.desired_state)) continue;
    // Nothing of it but that a deadline was found to have passed.
    if (decision.events.some(({ type }) => type === 'lane_expired')) continue;
    expect(standing(after)).toEqual(standing(before));
  }
});

always('never are more lanes at work than the task allows, nor two that write to one place unsaid', ({ steps }) => {
  for (const { after } of steps) {
    const active = after.lanes.filter(({ status }) => status === 'assigned');
    expect(active.length).toBeLessThanOrEqual(maxParallel(after));
    const unsaid = active.filter(({ coordination }) => coordination === '');
    const targets = unsaid.flatMap(({ write_targets }) => write_targets.map((path) => path.split('/')[0]));
    expect(new Set(targets).size).toBeGreaterThanOrEqual(
      unsaid.filter(({ write_targets }) => write_targets.length > 0).length,
    );
  }
});
