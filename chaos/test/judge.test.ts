/** A judge that never finds anything guards nothing: each rule is shown a breach of it, and only it. */

import { expect, test } from 'vitest';
import type { EventRow, Facts, StepRow } from '../facts.ts';
import { judge } from '../judge.ts';
import type { Figure } from '../figures.ts';

const event = (seq: number, type: EventRow['type'], data: object = {}): EventRow => ({
  run_id: 'r',
  seq,
  type,
  at: seq * 1_000,
  actor: 'driver',
  data: JSON.stringify(data),
});
const step = (key: string, facts: Partial<StepRow> = {}): StepRow => ({
  run_id: 'r',
  key,
  kind: 'step',
  status: 'done',
  undoable: 0,
  result: null,
  ...facts,
});

const charged = {
  type: 'attempt',
  at: 2_500,
  outcome: 'accepted',
  idempotencyKey: 'r/e',
  attempt: 1,
  tool: 'charge',
  kind: 'idempotent',
  effect: 1,
} as const;
const sent = { ...charged, at: 4_500, idempotencyKey: 'r/s', tool: 'send', kind: 'once', effect: 2 } as const;
const runAgain = {
  waitId: 'w',
  idempotencyKey: 'r/s',
  answer: '{"decision":"run_again"}',
  at: 3_200,
  isAcknowledged: true,
} as const;
const wait = { id: 'w', run_id: 'r', step_key: 's/outcome-1', purpose: 'outcome', answer: runAgain.answer } as const;

/**
 * One completed run of a turn, a charge and a letter. Its worker was killed twice: in the turn, and before the letter
 * was sent, so that a person had to say that it may be.
 */
const fine = {
  kills: [
    { victim: 'worker', at: 1_800 },
    { victim: 'worker', at: 3_100 },
  ],
  unaskedEnds: [],
  acknowledgements: [{ idempotencyKey: 'k', runId: 'r', at: 1_000 }],
  eventsBefore: [event(1, 'run.queued')],
  runs: [{ id: 'r', pipeline: 'p', status: 'completed', parent_run: null, error: null }],
  steps: [
    step('a/turn-1', { kind: 'turn' }),
    step('e', { kind: 'tool', result: '{"effect":1}' }),
    step('s', { kind: 'tool', result: '{"success":true,"data":{"effect":2}}' }),
  ],
  events: [
    event(1, 'run.queued'),
    event(2, 'step.done', { kind: 'turn', key: 'a/turn-1' }),
    event(3, 'step.done', { kind: 'tool', key: 'e' }),
    event(4, 'step.retrying', { kind: 'tool', key: 's' }),
    event(5, 'step.done', { kind: 'tool', key: 's' }),
    event(6, 'run.completed'),
  ],
  modelRequests: [
    { at: 1_700, key: 'r/a/turn-1/1' },
    { at: 1_900, key: 'r/a/turn-1/1' },
  ],
  effects: [charged, sent],
  inquiries: [{ type: 'inquiry', at: 3_200, idempotencyKey: 'r/s', asker: 'person', effect: null }],
  decisions: [runAgain],
  waits: [wait],
} as const satisfies Facts;

const failed = { ...fine.runs[0], id: 'f', status: 'failed' } as const;

const twenty = Array.from({ length: 20 }, (_, n) => `run-${n}`);

function breached(facts: Partial<Facts>): readonly string[] {
  return judge({ ...fine, ...facts })
    .filter((figure: Figure) => !figure.ok)
    .map((figure) => figure.id);
}

test('a run that was interrupted and completed breaches nothing', () => {
  expect(breached({})).toEqual([]);
});

test('a call begun again because `verify` had found no attempt breaches nothing', () => {
  expect(breached({ decisions: [], inquiries: [{ ...fine.inquiries[0], asker: 'verify' }] })).toEqual([]);
});

test('an answer that was never acknowledged need not be in the record', () => {
  const lost = { ...runAgain, waitId: 'w2', isAcknowledged: false };
  expect(breached({ decisions: [...fine.decisions, lost] })).toEqual([]);
});

test('a question that a pipeline asked is not one about an outcome', () => {
  const question = { ...wait, id: 'w2', purpose: 'question', answer: null } as const;
  expect(breached({ waits: [wait, question] })).toEqual([]);
});

test.each<readonly [breach: string, figure: string, facts: Partial<Facts>]>([
  [
    'an acknowledged run that is not in the record',
    'acknowledged_runs_lost',
    {
      acknowledgements: twenty.map((id) => ({ idempotencyKey: id, runId: id, at: 1_000 })),
      runs: twenty.slice(1).map((id) => ({ ...fine.runs[0], id })),
    },
  ],
  [
    'one key acknowledged with two runs',
    'keys_acknowledged_with_two_runs',
    {
      acknowledgements: [...fine.acknowledgements, { idempotencyKey: 'k', runId: 'r2', at: 2 }],
      runs: [...fine.runs, { ...fine.runs[0], id: 'r2' }],
    },
  ],
  [
    'a run still running',
    'runs_left_unfinished',
    { runs: [...fine.runs, { ...fine.runs[0], id: 'c', status: 'running' }] },
  ],
  ['an acknowledged run that failed', 'acknowledged_runs_completed', { runs: [{ ...failed, id: 'r' }] }],
  [
    'an event that was there before a kill and changed',
    'record_prefix_breaches',
    { eventsBefore: [event(1, 'run.started')] },
  ],
  [
    'an event that was there before a kill and is gone',
    'record_prefix_breaches',
    { eventsBefore: [event(9, 'run.log')] },
  ],
  ['a gap in the events', 'record_prefix_breaches', { events: fine.events.filter(({ seq }) => seq !== 3) }],
  [
    'a turn recorded twice',
    'turns_recorded_twice',
    { events: [...fine.events, event(7, 'step.done', { kind: 'turn', key: 'a/turn-1' })] },
  ],
  [
    'a turn requested after it was recorded',
    'finished_turns_requested_again',
    { modelRequests: [{ at: 2_100, key: 'r/a/turn-1/2' }] },
  ],
  [
    'a turn repeated though only the engine died',
    'turns_repeated_while_their_worker_lived',
    { kills: [{ victim: 'engine', at: 1_800 }] },
  ],
  [
    'a charge that is accepted twice under one key',
    'keys_with_two_accepted_effects',
    { effects: [...fine.effects, { ...charged, at: 2_600, attempt: 2, effect: 3 }] },
  ],
  ['a recorded effect that never happened', 'recorded_effects_that_never_happened', { effects: [] }],
  [
    'an effect attempted after it was recorded',
    'finished_effects_attempted_again',
    { effects: [...fine.effects, { ...charged, outcome: 'duplicate', at: 3_001, attempt: 2 }] },
  ],
  [
    'an effect repeated though its worker lived',
    'effects_repeated_while_their_worker_lived',
    {
      kills: [],
      modelRequests: [],
      effects: [...fine.effects, { ...charged, outcome: 'duplicate', at: 2_600 }],
    },
  ],
  [
    'an armed effect of a failed run without its undo',
    'armed_effects_not_taken_back',
    { runs: [...fine.runs, failed], steps: [...fine.steps, step('armed', { run_id: 'f', undoable: 1 })] },
  ],
  [
    'a letter that is sent twice',
    'once_keys_attempted_twice',
    {
      kills: [...fine.kills, { victim: 'all', at: 4_600 }],
      effects: [...fine.effects, { ...sent, at: 4_700, effect: 3 }],
    },
  ],
  [
    'a letter that is sent twice though a person ordered it',
    'once_keys_attempted_twice',
    { effects: [charged, { ...sent, at: 3_050 }, { ...sent, effect: 3 }] },
  ],
  ['a call begun again that nobody ordered', 'once_calls_repeated_unordered', { decisions: [], inquiries: [] }],
  [
    'a call begun again because `verify` had found it done',
    'once_calls_repeated_unordered',
    { decisions: [], inquiries: [{ ...fine.inquiries[0], asker: 'verify', effect: 2 }] },
  ],
  [
    'a call begun again twice on one order',
    'once_calls_repeated_unordered',
    { events: [...fine.events, event(7, 'step.retrying', { kind: 'tool', key: 's' })] },
  ],
  [
    'a question that was never answered',
    'outcome_questions_left_open',
    { waits: [wait, { ...wait, id: 'w2', answer: null }] },
  ],
  [
    'an acknowledged answer that the record does not hold',
    'acknowledged_answers_lost',
    { waits: [{ ...wait, answer: '{"decision":"fail"}' }] },
  ],
  [
    'a part that crashed by itself',
    'parts_that_ended_unasked',
    { unaskedEnds: [{ part: 'server', why: 'exit code 1' }] },
  ],
])('%s is a breach of %s and of nothing else', (_breach, figure, facts) => {
  expect(breached(facts)).toEqual([figure]);
});
