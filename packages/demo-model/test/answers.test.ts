import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ask, start, textOf, withSchema } from './talk.ts';

/** The Output Contract of a shipped agent. */
function contractOf(agent: string): object {
  const file = new URL(`../../../agents/${agent}/AGENT.md`, import.meta.url);
  const block = /```json\n([\s\S]*?)```/.exec(readFileSync(file, 'utf8'))?.[1];
  return JSON.parse(block ?? '{}') as object;
}

interface Plan {
  readonly title: string;
  readonly summary: string;
  readonly assumptions: readonly string[];
  readonly components: readonly object[];
  readonly milestones: readonly { readonly steps: readonly string[]; readonly acceptance: readonly string[] }[];
  readonly risks: readonly { readonly risk: string; readonly mitigation: string }[];
}

async function answer(agent: string, input: object): Promise<unknown> {
  await using model = await start();
  const messages = [
    { role: 'system', content: `You are the ${agent}.` },
    { role: 'user', content: JSON.stringify(input, null, 2) },
  ];
  const reply = await ask(model, { messages, ...withSchema(contractOf(agent)) });
  expect(reply).toMatchObject({ status: 200 });
  return JSON.parse(textOf(reply));
}

const plan = async (input: object) => (await answer('planner', input)) as Plan;

describe('a plan', () => {
  test.for([
    ['Build a URL shortener service', 'URL shortener service', /short link/, /HTTP/],
    [
      'Write a command line tool that converts CSV files to JSON',
      'Command line tool',
      /exit code/,
      /converts CSV files to JSON/,
    ],
    ['Create a data pipeline that loads daily sales into a warehouse', 'Data pipeline', /rejected rows/, /Raw data/],
    [
      'Organise a conference for 200 people',
      'Organise a conference for 200 people',
      /first week/,
      /first complete version/,
    ],
  ] as const)('for "%s" is about that, and checks every milestone', async ([prompt, title, detail, idea]) => {
    const answer = await plan({ prompt });
    expect(answer.title).toBe(title);
    expect(answer.summary).toMatch(idea);
    expect(answer.summary, 'whoever finds it in a file sees who wrote it').toContain('by the demo model');
    expect(JSON.stringify(answer)).toMatch(detail);
    expect(answer.components.length).toBeGreaterThanOrEqual(3);
    expect(answer.milestones.length).toBe(4);
    for (const { steps, acceptance } of answer.milestones) {
      expect(steps.length).toBeGreaterThanOrEqual(2);
      expect(acceptance.length).toBeGreaterThanOrEqual(1);
    }
    for (const { risk, mitigation } of answer.risks) expect(risk).not.toBe(mitigation);
  });

  test('leaves no field of the shipped contract to the sentence for fields without facts', async () => {
    const prompts = [
      'Build a URL shortener service',
      'Write a CLI for notes',
      'Build an ETL job',
      'Move to a new office',
    ];
    for (const prompt of prompts) expect(JSON.stringify(await plan({ prompt }))).not.toContain('of its own for');
  });

  test('admits among its assumptions that a demo model wrote it', async () => {
    const { assumptions } = await plan({ prompt: 'Build a chat server' });
    expect(assumptions.join()).toContain('by the demo model');
  });

  test('after feedback begins with what was asked for, and says so', async () => {
    const prompt = 'Build a URL shortener service';
    const before = await plan({ prompt });
    const after = await plan({ prompt, previousPlan: before, feedback: 'Name the owner of each check.' });
    expect(after.milestones[0]?.steps[0]).toContain('Name the owner of each check.');
    expect(after.milestones[0]?.steps.slice(1)).toEqual(before.milestones[0]?.steps);
    expect(after.summary).toContain('answers a review');
  });

  test.for([
    ['please build me a todo app for families', 'Todo app'],
    ['I want to create an online bookshop', 'Online bookshop'],
    ['The invoice archive', 'Invoice archive'],
    ['Warum ist der Himmel blau?', 'Warum ist der Himmel blau'],
    ['   ', 'Work without a description'],
    [`Build ${'very '.repeat(100)}long things`, expect.stringMatching(/^Very .{1,60}…$/)],
  ] as const)('names what "%s" is about', async ([prompt, title]) => {
    expect((await plan({ prompt })).title).toEqual(title);
  });
});

describe('a review', () => {
  test('of a first plan approves it with nothing left to change, and counts only what is there', async () => {
    const prompt = 'Build a URL shortener service';
    const reviewed = await plan({ prompt });
    expect(await answer('reviewer', { prompt, plan: reviewed })).toMatchObject({
      verdict: 'approved',
      feedback: '',
      coverage: [
        { requirement: 'a URL shortener service', met: true, where: expect.stringContaining('Walking skeleton') },
      ],
      strengths: expect.arrayContaining(['Each of the 4 milestones states title, outcome, steps and acceptance.']),
      issues: [{ severity: 'minor', where: 'openQuestions' }, { severity: 'minor' }],
    });
  });

  test('of something that is no plan claims nothing about its parts', async () => {
    expect(await answer('reviewer', { prompt: 'Build a blog', plan: 'Just do it.' })).toMatchObject({
      verdict: 'approved',
      strengths: [],
      issues: [],
      coverage: [{ where: expect.stringContaining('names no milestones') }],
    });
  });
});

test('an agent that asks for something the demo model knows nothing about gets a sentence that says so', async () => {
  await using model = await start();
  const schema = { type: 'object', required: ['haikuText'], properties: { haikuText: { type: 'string' } } };
  const messages = [{ role: 'user', content: '{"prompt":"Write a haiku about turtles"}' }];
  const { haikuText } = JSON.parse(textOf(await ask(model, { messages, ...withSchema(schema) }))) as {
    haikuText: string;
  };
  expect(haikuText).toBe(
    'The demo model answers by rule and knows no "haiku text" of its own for the haiku about turtles.',
  );
});
