import { startDemoModel, type DemoModel } from '@perdure/demo-model';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import researchBrief from '../../../pipelines/research-brief.ts';
import type { Harness } from './harness.ts';
import { openShipped, rested } from './shipped-harness.ts';

let model: DemoModel;

beforeEach(async () => {
  model = await startDemoModel({ port: 0 });
});

afterEach(() => model.close());

const open = () => openShipped(researchBrief, model);

interface Waiting {
  readonly id: string;
  readonly context: {
    readonly topic: string;
    readonly brief: { readonly sections: readonly { readonly text: string }[] };
    readonly changes: readonly { readonly point: string }[];
  };
}

/** What a person who reviews the run was asked so far, the oldest first. */
function waits(harness: Harness, runId: string): readonly Waiting[] {
  const rows = harness.database.sqlite.prepare('SELECT id, context FROM waits WHERE run_id = ? ORDER BY id').all(runId);
  return rows.map((row) => ({
    id: String(row['id']),
    context: JSON.parse(String(row['context'])) as Waiting['context'],
  }));
}

/** Answers what is asked now, and waits for what comes of it. */
async function decide(harness: Harness, runId: string, answer: object) {
  const waitId = waits(harness, runId).at(-1)?.id ?? '';
  const given = { waitId, answer: JSON.stringify(answer), actor: 'ada', at: Date.now() };
  expect(await harness.intake.answer(given)).toMatchObject({ kind: 'accepted' });
  await harness.engine.wake(runId);
  return await rested(harness, runId);
}

/** How often the model was asked for each turn, the attempts taken together. */
function asked(runId: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { idempotencyKey } of model.requests()) {
    const turn = (idempotencyKey ?? '').replace(`${runId}/`, '').replace(/\/\d+$/, '');
    counts[turn] = (counts[turn] ?? 0) + 1;
  }
  return counts;
}

const topic = 'Remote work in small teams';
const outputOf = ({ output }: { readonly output: string | null }) => JSON.parse(output ?? 'null');

describe('research-brief', () => {
  it('answers each question once, and without a review returns the first brief as approved', async () => {
    await using harness = await open();
    const id = await harness.start('research-brief', { topic, review: 'none' });
    const output = outputOf(await rested(harness, id));
    expect(output).toMatchObject({
      verdict: 'approved',
      rounds: 1,
      brief: { title: expect.stringContaining(topic), confidence: 'low' },
      steps: { questions: 'question-planner', brief: 'brief-editor', review: null },
    });
    expect(output.questions).toHaveLength(5);
    const done = harness.steps(id).map((step) => step.key);
    expect(done).toEqual(expect.arrayContaining(output.questions.map(({ step }: { step: string }) => step)));
    expect(asked(id)).toEqual({
      'question-planner/turn-1': 1,
      'answers/0/researcher/turn-1': 1,
      'answers/1/researcher/turn-1': 1,
      'answers/2/researcher/turn-1': 1,
      'answers/3/researcher/turn-1': 1,
      'answers/4/researcher/turn-1': 1,
      'brief-editor/turn-1': 1,
    });
  });

  it('answers no more questions than it was allowed, the first ones, however many were planned', async () => {
    await using harness = await open();
    const id = await harness.start('research-brief', { topic, review: 'none', maxQuestions: 2 });
    const output = outputOf(await rested(harness, id));
    const planned = harness.steps(id).find((step) => step.key === 'question-planner')?.result ?? '';
    const { researchQuestions } = JSON.parse(planned) as { researchQuestions: readonly { question: string }[] };
    expect(researchQuestions.length).toBeGreaterThan(2);
    expect(output.questions).toEqual([
      { question: researchQuestions[0]?.question, confidence: 'low', step: 'answers/0/researcher' },
      { question: researchQuestions[1]?.question, confidence: 'low', step: 'answers/1/researcher' },
    ]);
    expect(asked(id)).not.toHaveProperty(['answers/2/researcher/turn-1']);
  });

  it('says something of its own under every name of the contracts, as the demo model', async () => {
    await using harness = await open();
    const id = await harness.start('research-brief', { topic, review: 'none' });
    await rested(harness, id);
    const answers = harness.steps(id).filter((step) => step.kind === 'agent');
    expect(answers).toHaveLength(7);
    for (const { result } of answers) expect(result).not.toContain('of its own for');
  });

  it('parks for a person, edits anew what is sent back, and ends with the version that was approved', async () => {
    await using harness = await open();
    const id = await harness.start('research-brief', { topic });
    expect(await rested(harness, id)).toMatchObject({ status: 'waiting', wait_kind: 'human' });
    expect(waits(harness, id)[0]?.context).toMatchObject({ topic, changes: [] });

    const feedback = 'Say what it costs.';
    const again = await decide(harness, id, { verdict: 'changes_requested', feedback });
    expect(again.status).toBe('waiting');
    const reworked = waits(harness, id)[1]?.context;
    expect(reworked?.brief.sections[0]?.text).toBe(feedback);
    expect(reworked?.changes).toMatchObject([{ point: feedback }]);

    const output = outputOf(await decide(harness, id, { verdict: 'approved' }));
    expect(output).toMatchObject({
      verdict: 'approved',
      rounds: 2,
      steps: { brief: 'brief/2/brief-editor', review: 'brief/2/decision' },
    });
    expect(output.brief).toEqual(reworked?.brief);
    expect(asked(id)).toMatchObject({ 'brief-editor/turn-1': 1, 'brief/2/brief-editor/turn-1': 1 });
    expect(Math.max(...Object.values(asked(id)))).toBe(1);
  });

  it('returns the third brief when each was sent back: nobody goes away with nothing', async () => {
    await using harness = await open();
    const id = await harness.start('research-brief', { topic, maxQuestions: 1 });
    await rested(harness, id);
    const rejection = { verdict: 'changes_requested', feedback: 'Shorter.' };
    await decide(harness, id, rejection);
    await decide(harness, id, rejection);
    const run = await decide(harness, id, rejection);
    expect(run.status).toBe('completed');
    expect(outputOf(run)).toMatchObject({
      verdict: 'changes_requested',
      rounds: 3,
      steps: { brief: 'brief/3/brief-editor', review: 'brief/3/decision' },
    });
  });

  it('fails for one researcher only after the others are done, and a retry asks that one again and no other', async () => {
    model.setScript([
      { match: { idempotencyKeyIncludes: 'answers/1/' }, status: 400 },
      { match: { idempotencyKeyIncludes: 'answers/2/' }, delayMs: 200 },
    ]);
    await using harness = await open();
    const id = await harness.start('research-brief', { topic, review: 'none', maxQuestions: 3 });
    const failed = await rested(harness, id);
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('model_rejected') });
    const statuses = Object.fromEntries(harness.steps(id).map((step) => [step.key, step.status]));
    expect(statuses).toMatchObject({ 'answers/0': 'done', 'answers/1': 'failed', 'answers/2': 'done' });
    const before = asked(id);
    expect(before).not.toHaveProperty(['brief-editor/turn-1']);

    model.setScript([]);
    await harness.intake.retry({ runId: id, actor: 'owner', at: Date.now() });
    await harness.engine.wake(id);
    expect((await rested(harness, id)).status).toBe('completed');
    expect(asked(id)).toEqual({
      ...before,
      'answers/1/researcher/turn-1': (before['answers/1/researcher/turn-1'] ?? 0) + 1,
      'brief-editor/turn-1': 1,
    });
  });
});
