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

/** One completed run of a turn and an effect, whose worker was killed once in between. */
const fine = {
  kills: [{ victim: 'worker', at: 1_800 }],
  unaskedEnds: [],
  acknowledgements: [{ idempotencyKey: 'k', runId: 'r', at: 1_000 }],
  eventsBefore: [event(1, 'run.queued')],
  runs: [{ id: 'r', pipeline: 'p', status: 'completed', parent_run: null, error: null }],
  steps: [step('a/turn-1', { kind: 'turn' }), step('e', { result: '{"effect":1}' })],
  events: [
    event(1, 'run.queued'),
    event(2, 'step.done', { kind: 'turn', key: 'a/turn-1' }),
    event(3, 'step.done', { kind: 'step', key: 'e' }),
    event(4, 'run.completed'),
  ],
  modelRequests: [
    { at: 1_700, key: 'r/a/turn-1/1' },
    { at: 1_900, key: 'r/a/turn-1/1' },
  ],
  effects: [{ at: 2_500, outcome: 'accepted', idempotencyKey: 'r/e', attempt: 1, effect: 1 }],
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
    { events: [...fine.events, event(5, 'step.done', { kind: 'turn', key: 'a/turn-1' })] },
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
    'a key with two accepted effects',
    'keys_with_two_accepted_effects',
    { effects: [...fine.effects, { ...fine.effects[0], at: 2_600, attempt: 2 }] },
  ],
  ['a recorded effect that never happened', 'recorded_effects_that_never_happened', { effects: [] }],
  [
    'an effect attempted after it was recorded',
    'finished_effects_attempted_again',
    { effects: [...fine.effects, { ...fine.effects[0], outcome: 'duplicate', at: 3_001, attempt: 2 }] },
  ],
  [
    'an effect repeated though its worker lived',
    'effects_repeated_while_their_worker_lived',
    {
      kills: [],
      modelRequests: [],
      effects: [...fine.effects, { ...fine.effects[0], outcome: 'duplicate', at: 2_600 }],
    },
  ],
  [
    'an armed effect of a failed run without its undo',
    'armed_effects_not_taken_back',
    { runs: [...fine.runs, failed], steps: [...fine.steps, step('armed', { run_id: 'f', undoable: 1 })] },
  ],
  [
    'a part that crashed by itself',
    'parts_that_ended_unasked',
    { unaskedEnds: [{ part: 'server', why: 'exit code 1' }] },
  ],
])('%s is a breach of %s and of nothing else', (_breach, figure, facts) => {
  expect(breached(facts)).toEqual([figure]);
});
