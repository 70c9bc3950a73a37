import { describe, expect, it } from 'vitest';
import { parseStepFacts, stepKinds, stepSchema, type WireStep, type StepKind } from '../src/index.ts';

const turn = { agent: 'planner', agentHash: 'ab', model: 'demo' };

describe('what is recorded of a step', () => {
  it.each([
    ['step', null],
    ['step', { attemptsBefore: 3 }],
    ['sleep', { wakeAt: 1_700_000_000_000 }],
    ['run', { run: '019a', pipeline: 'ship' }],
    ['agent', { agent: 'planner' }],
    ['turn', turn],
    [
      'turn',
      { ...turn, latencyMs: 3, finishReason: 'stop', steers: ['one'], usage: { inputTokens: 1, outputTokens: 1 } },
    ],
    ['tool', { tool: 'mail', effect: 'once', input: { to: 'ada' } }],
    ['tool', { tool: 'mail', inputHidden: 'too long', outcome: 'failed', resultHash: 'cd' }],
    ['human', { wait: 'w', question: 'Which city?' }],
    ['human', { wait: 'w', question: 'Which city?', expiresAt: 1, withdrawn: true }],
    ['undo', null],
  ] as const)('is read as it was written: %s %j', (kind, detail) => {
    expect(parseStepFacts(kind, detail)).toEqual({ kind, detail });
  });

  it('is the object that was given, with all that a newer version put into it', () => {
    const detail = { wakeAt: 1, zone: 'UTC' };
    expect(parseStepFacts('sleep', detail).detail).toBe(detail);
  });

  it('is refused with a sentence where the machinery could not go on without what is missing', () => {
    expect(() => parseStepFacts('human', { question: 'Which city?' }, 'city')).toThrow(
      'Step "city" is recorded as "human" without "wait"; the record is damaged: keep a copy of the state root and report this.',
    );
    expect(() => parseStepFacts('run', null)).toThrow(
      'A step is recorded as "run" without "run"; the record is damaged',
    );
    expect(() => parseStepFacts('sleep', { wakeAt: 'soon' })).toThrow('with a strange "wakeAt"');
    expect(() => parseStepFacts('turn', { ...turn, steers: 'one' })).toThrow('with a strange "steers"');
    expect(() => parseStepFacts('turn', { ...turn, cost: '1 dollar' })).toThrow('with a strange "cost"');
    expect(() => parseStepFacts('tool', 'mail')).toThrow('with something that is no object as its detail');
  });

  it('is refused with a sentence where its kind is not known', () => {
    expect(() => parseStepFacts('dream' as StepKind, null)).toThrow(
      'A step is of the kind "dream", which this version does not know: a newer one wrote the record; use that.',
    );
    for (const kind of stepKinds) {
      if (!['sleep', 'run', 'turn', 'human', 'delegate'].includes(kind)) {
        expect(parseStepFacts(kind, undefined)).toEqual({ kind, detail: null });
      }
    }
  });
});

const sentences = (step: WireStep) => stepSchema.safeParse(step).error?.issues.map(({ message }) => message);

describe('a step that was sent', () => {
  const at = '2026-11-21T08:58:02.000Z';
  const common = { id: 'run/city', key: 'city', seq: 1, attempt: 1, startedAt: at, undoable: false };
  const done = { ...common, kind: 'human', status: 'done', endedAt: at, result: 'Bonn' } as const;
  const detail = { wait: 'w', question: 'Which city?', shade: 'blue' };

  it('is read as it came, with what a newer version has put into its facts', () => {
    expect(stepSchema.parse({ ...done, detail })).toEqual({ ...done, detail });
    expect(stepSchema.parse({ ...common, kind: 'map', status: 'started' })).toEqual({
      ...common,
      kind: 'map',
      status: 'started',
    });
  });

  it('is refused with a sentence where it lacks what its kind or its status promises', () => {
    expect(sentences(done)).toEqual(['A step is recorded as "human" without "wait".']);
    expect(sentences({ ...common, kind: 'step', status: 'failed' })).toEqual([
      'A step is recorded as failed without its end.',
      'A step is recorded as failed without its error.',
    ]);
  });
});
