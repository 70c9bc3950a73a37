import { describe, expect, it } from 'vitest';
import { runEventSchema, runEventTypes, type NewRunEvent } from '../src/index.ts';

const at = '2026-11-21T08:58:02.000Z';
const parse = (type: string, data: unknown) => runEventSchema.safeParse({ seq: 1, type, at, actor: 'driver', data });
const sentences = (type: string, data: unknown) => parse(type, data).error?.issues.map(({ message }) => message);

const error = { code: 'step_failed', message: 'It broke.' } as const;
/** One of each type, as it is written today. */
const written: { readonly [T in NewRunEvent['type']]: Extract<NewRunEvent, { readonly type: T }>['data'] } = {
  'run.queued': { pipeline: 'ship', forkedFrom: { runId: 'a', stepKey: 'plan' }, origin: 'a' },
  'run.started': {},
  'run.recovered': { downMs: 1_200 },
  'run.waiting': { kind: 'timer', until: at },
  'run.paused': {},
  'run.resumed': {},
  'run.needs_attention': { error },
  'run.undoing': { outcome: 'failed', error },
  'run.completed': {},
  'run.failed': { error: { ...error, details: { notUndone: ['charge'] } } },
  'run.cancelled': {},
  'run.retried': { reopened: ['plan'] },
  'run.steps_not_met': { keys: ['pay'], count: 1 },
  'run.log': { message: 'packed', fields: { boxes: 3 } },
  'order.received': { id: 'one', order: 'steer', text: 'Be brief.' },
  'wait.answered': { wait: 'w', key: 'city' },
  'return.late': { wait: 'w', key: 'look', message: 'm', text: 'Done.' },
  'tool.defect': { key: 'call', tool: 'mail', message: 'it threw' },
  'step.started': { key: 'city', kind: 'human', wait: 'w', question: 'Which city?' },
  'step.retrying': { key: 'plan/turn-1', kind: 'turn', attempt: 1, error, delayMs: 500 },
  'step.done': { key: 'plan/turn-1', kind: 'turn', ms: 12, usage: { inputTokens: 1, outputTokens: 2 } },
  'step.failed': { key: 'plan', kind: 'agent', error },
};

describe('an event of a run', () => {
  it('is read as it was written, whatever its type', () => {
    expect(Object.keys(written)).toEqual(Object.keys(runEventTypes));
    for (const [type, data] of Object.entries(written)) {
      expect([type, parse(type, data).data?.data]).toEqual([type, data]);
    }
  });

  it.each([
    ['run.retried', { dropped: ['plan'] }],
    ['order.received', { order: 'pause' }],
    ['run.queued', { pipeline: 'hello' }],
    ['run.log', { message: 7 }],
    ['run.log', {}],
    ['step.done', { key: 'plan/turn-1', kind: 'turn', ms: 9, usage: { inputTokens: 1, outputTokens: 2 }, model: 'm' }],
  ])('is read as an older version wrote it: %s %j', (type, data) => {
    expect(parse(type, data).data?.data).toEqual(data);
  });

  it('keeps what a newer version wrote beside', () => {
    const data = { key: 'a', kind: 'step', error: { code: 'not_invented_yet', message: 'x', more: 1 }, shade: 'blue' };
    expect(parse('step.failed', data).data?.data).toEqual(data);
  });

  it('is refused with a sentence where its type is not known, or lacks what its type promises', () => {
    expect(sentences('run.exploded', {})).toEqual([
      'There is no event type "run.exploded": a newer version of Perdure wrote it.',
    ]);
    expect(sentences('step.started', { key: 'city', kind: 'human', wait: 'w' })).toEqual([
      expect.stringMatching(/^In step\.started: .*string/),
    ]);
    expect(sentences('step.failed', { key: 'a', kind: 'step' })).toEqual([
      'In step.failed: an error has a code and a message',
    ]);
  });
});
