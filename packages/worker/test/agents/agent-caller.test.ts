import { join } from 'node:path';
import { costOf, isPerdureError, PerdureError, type Usage } from '@perdure/contract';
import { startDemoModel, type DemoModel } from '@perdure/demo-model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentDefinition } from '../../src/agents/definition.ts';
import { noOutages } from '@perdure/models';
import { createAgentCaller, loadAgents, type AgentCallerParts } from '../../src/agents/index.ts';
import { answerFaults } from '../../src/agents/answer-faults.ts';
import { createSchemaChecks } from '@perdure/schema-check';
import { agentText, parse } from '../../src/testing.ts';
import { turnAt } from './support/turn-at.ts';
import { drive, memoryRun, runId } from './support/memory-scope.ts';

let demo: DemoModel;
beforeEach(async () => {
  demo = await startDemoModel({ port: 0 });
});
afterEach(() => demo.close());

const { check } = createSchemaChecks();

function helper(frontMatter = ''): AgentDefinition {
  const parsed = parse(agentText({ frontMatter: `name: helper\ndescription: Helps.\n${frontMatter}` }));
  if (parsed.kind === 'refused') throw new Error('refused');
  return { ...parsed.agent, hash: 'hash-of-helper' };
}

function callerFor(agent: AgentDefinition | undefined, baseUrl = demo.url, more: Partial<AgentCallerParts> = {}) {
  const loadAgent = () =>
    agent === undefined ? Promise.reject(new PerdureError('not_found', 'gone.')) : Promise.resolve(agent);
  const turn = turnAt({ baseUrl, apiKey: 'k', modelId: 'default-model' });
  return createAgentCaller({
    check: createSchemaChecks().check,
    loadAgent,
    turn,
    retry: { outages: noOutages, patienceMs: 0, random: () => 0, now: Date.now },
    nameOf: (model) => model,
    defaultModel: 'default-model',
    offer: () => undefined,
    contextOf: () => 100_000,
    ...more,
  });
}

const right = { json: { answer: 'yes' } };
const keys = () => demo.requests().map(({ idempotencyKey }) => idempotencyKey?.replace(`${runId}/`, ''));

describe('a call', () => {
  test('records the call, the turn with its messages, model and usage, and returns the validated answer', async () => {
    demo.setScript([right]);
    const run = memoryRun();
    const answer = await callerFor(helper()).call(drive(run), 'helper', { prompt: 'why?' }, 'ask');
    expect(answer).toEqual({ answer: 'yes' });
    expect([...run.steps.keys()]).toEqual(['ask/turn-1', 'ask']);
    expect(run.steps.get('ask')).toMatchObject({
      kind: 'agent',
      detail: { agent: 'helper', agentHash: 'hash-of-helper' },
    });
    const turn = run.steps.get('ask/turn-1');
    expect(turn).toMatchObject({
      kind: 'turn',
      detail: {
        agent: 'helper',
        agentHash: 'hash-of-helper',
        model: 'demo-model',
        finishReason: 'stop',
        ending: 'answered',
        asked: 'default/default-model',
        latencyMs: expect.any(Number),
      },
      usage: { inputTokens: expect.any(Number) },
    });
    expect(JSON.parse(turn !== undefined && 'result' in turn.outcome ? turn.outcome.result : '')).toEqual({
      messages: [
        { role: 'user', content: '{\n  "prompt": "why?"\n}' },
        {
          role: 'assistant',
          content: '{"answer":"yes"}',
          from: { model: 'default/default-model', api: 'chat' },
        },
      ],
      text: '{"answer":"yes"}',
      toolRequests: [],
      finishReason: 'stop',
      ending: 'answered',
    });
  });

  test('is cut to the context of the model that the agent names', async () => {
    const models: string[] = [];
    const contextOf = (model: string) => models.push(model) && 100_000;
    demo.setScript([right]);
    const agent = helper('model: small/model\n');
    await callerFor(agent, demo.url, { contextOf }).call(drive(memoryRun()), 'helper', {}, 'ask');
    expect(models).toEqual(['small/model']);
  });

  test('has its cost by the prices of the model that was asked, and none where nobody knows them', async () => {
    const prices = { input: 1_000, output: 2_000 };
    const pricesOf = (model: string) => (model === 'default/priced' ? prices : undefined);
    const turnOf = async (model: string) => {
      const run = memoryRun();
      demo.setScript([right]);
      await callerFor(helper(`model: ${model}\n`), demo.url, { pricesOf }).call(drive(run), 'helper', {}, 'ask');
      return run.steps.get('ask/turn-1');
    };
    const priced = await turnOf('priced');
    const usage = priced?.usage as Usage;
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(priced?.detail).toMatchObject({ cost: costOf(usage, prices) });
    expect((await turnOf('free'))?.detail).not.toHaveProperty('cost');
  });

  test('shows its text to watchers under the key of the turn', async () => {
    demo.setScript([right]);
    const run = memoryRun();
    await callerFor(helper()).call(drive(run), 'helper', {}, 'ask');
    expect(run.text.map(({ delta }) => delta).join('')).toBe('{"answer":"yes"}');
    expect(new Set(run.text.map(({ key }) => key))).toEqual(new Set(['ask/turn-1']));
  });

  test('asks for the model of the agent, else for the default one', async () => {
    demo.setScript([right]);
    await callerFor(helper('model: my-model')).call(drive(memoryRun()), 'helper', {}, 'ask');
    await callerFor(helper()).call(drive(memoryRun()), 'helper', {}, 'ask');
    expect(demo.requests().map(({ model }) => model)).toEqual(['my-model', 'default-model']);
  });
});

describe('an answer that breaks the contract', () => {
  test('goes back to the model, which sees the whole transcript, until the answer is right', async () => {
    demo.setScript([{ breakContract: true, times: 1 }, { notJson: true, times: 1 }, right]);
    const run = memoryRun();
    await expect(callerFor(helper()).call(drive(run), 'helper', {}, 'ask')).resolves.toEqual({ answer: 'yes' });
    expect(keys()).toEqual(['ask/turn-1/1', 'ask/turn-2/1', 'ask/turn-3/1']);
    // Instructions, then question, answer, complaint, and so on: two more messages with each turn.
    expect(demo.requests().map(({ messages }) => messages)).toEqual([2, 4, 6]);
    const third = run.steps.get('ask/turn-3')?.outcome;
    expect(third).toMatchObject({ result: expect.stringContaining('the answer is not a JSON object') });
  });

  test('fails the call after two repairs, keeping the errors and the last output', async () => {
    demo.setScript([{ json: { wrong: 'x'.repeat(3_000) } }]);
    const run = memoryRun();
    const error = await callerFor(helper())
      .call(drive(run), 'helper', {}, 'ask')
      .catch((error: unknown) => error);
    expect(error).toMatchObject({
      code: 'contract_broken',
      details: {
        errors: [
          "the answer must have required property 'answer'",
          'the answer must NOT have additional properties (wrong)',
        ],
        lastOutput: expect.stringMatching(/^\{"wrong":"x+$/),
      },
    });
    expect(isPerdureError(error) && String(error.details['lastOutput']).length).toBe(2_000);
    expect(demo.requests()).toHaveLength(3);
  });

  test('fails at once where the agent allows one turn', async () => {
    demo.setScript([{ notJson: true }]);
    const call = callerFor(helper('maxTurns: 1')).call(drive(memoryRun()), 'helper', {}, 'ask');
    await expect(call).rejects.toMatchObject({
      code: 'contract_broken',
      message: expect.stringContaining('answered once'),
    });
    expect(demo.requests()).toHaveLength(1);
  });
});

describe('a turn that was recorded is never requested again', () => {
  test('when the whole call is recorded, even if the agent is gone by then', async () => {
    demo.setScript([right]);
    const run = memoryRun();
    await callerFor(helper()).call(drive(run), 'helper', {}, 'ask');
    await expect(callerFor(undefined).call(drive(run), 'helper', {}, 'ask')).resolves.toEqual({ answer: 'yes' });
    expect(demo.requests()).toHaveLength(1);
  });

  test('when the call was left in its middle: it goes on behind the recorded turns, with the same transcript', async () => {
    demo.setScript([{ breakContract: true, times: 1 }, right]);
    const whole = memoryRun();
    await callerFor(helper()).call(drive(whole), 'helper', {}, 'ask');
    const [first] = whole.steps;
    const left = { ...memoryRun(), steps: new Map(first === undefined ? [] : [first]) };
    await expect(callerFor(helper()).call(drive(left), 'helper', {}, 'ask')).resolves.toEqual({ answer: 'yes' });
    expect(keys()).toEqual(['ask/turn-1/1', 'ask/turn-2/1', 'ask/turn-2/1']);
    const [, before, after] = demo.requests();
    expect(after?.promptHash).toBe(before?.promptHash);
  });
});

describe('a model that fails', () => {
  test('is asked again after a wait, with a key of its own for each attempt, within one step', async () => {
    demo.setScript([{ status: 429, retryAfter: 7, times: 1 }, { ...right, cutStreamAfter: 4, times: 1 }, right]);
    const run = memoryRun();
    await expect(callerFor(helper()).call(drive(run), 'helper', {}, 'ask')).resolves.toEqual({ answer: 'yes' });
    expect(keys()).toEqual(['ask/turn-1/1', 'ask/turn-1/2', 'ask/turn-1/3']);
    expect(run.delays).toEqual([7_000, 500]);
    expect([...run.steps.keys()]).toEqual(['ask/turn-1', 'ask']);
  });

  test('fails the call after five attempts', async () => {
    demo.setScript([{ status: 503 }]);
    const run = memoryRun();
    const call = callerFor(helper()).call(drive(run), 'helper', {}, 'ask');
    await expect(call).rejects.toMatchObject({ code: 'model_unavailable', details: { status: 503 } });
    expect(demo.requests()).toHaveLength(5);
    expect(run.delays).toEqual([250, 500, 1_000, 2_000]);
  });

  test('is asked once without the form of the answer where it breaks down, and then as before', async () => {
    demo.setScript([{ status: 500 }]);
    const call = callerFor(helper()).call(drive(memoryRun()), 'helper', {}, 'ask');
    await expect(call).rejects.toMatchObject({ code: 'model_unavailable', details: { status: 500 } });
    expect(demo.requests().map(({ responseFormat }) => responseFormat)).toEqual([true, false, true, true, true, true]);
  });

  test('is not asked again when it refuses the request', async () => {
    demo.setScript([{ status: 404 }]);
    const call = callerFor(helper()).call(drive(memoryRun()), 'helper', {}, 'ask');
    await expect(call).rejects.toMatchObject({ code: 'model_rejected' });
    expect(demo.requests()).toHaveLength(1);
  });

  test('leaves nothing recorded when the turn was aborted', async () => {
    demo.setScript([{ ...right, delayMs: 60_000 }]);
    const run = memoryRun();
    const abort = new AbortController();
    const call = callerFor(helper()).call(drive(run, { signal: abort.signal }), 'helper', {}, 'ask');
    await expect.poll(() => demo.requests().length).toBe(1);
    abort.abort();
    await expect(call).rejects.toMatchObject({ message: expect.stringContaining('aborted') });
    expect([...run.steps.keys()]).not.toContain('ask/turn-1');
  });
});

function keyNotSet(): never {
  throw new PerdureError('config_invalid', 'AI_KEY is not set.');
}

test('an agent nobody knows, or whose model cannot be asked, is what its call lacks, and nothing is recorded', async () => {
  for (const [caller, message] of [
    [callerFor(undefined), 'gone. Then resume the run.'],
    [callerFor(helper(), demo.url, { nameOf: keyNotSet }), 'AI_KEY is not set. Then resume the run.'],
  ] as const) {
    const run = memoryRun();
    await expect(caller.call(drive(run), 'painter', {}, 'ask')).rejects.toMatchObject({ message });
    expect(run.steps.size).toBe(0);
  }
});

test.each([true, false])(
  'the shipped agents get by with one turn each when response_format is refused: %s',
  async (rejectResponseFormat) => {
    demo.setScript([{ rejectResponseFormat }]);
    const dir = join(import.meta.dirname, '../../../../agents');
    const { agents } = await loadAgents([{ dir, origin: 'shipped' }], {
      knownTools: new Set(),
      disabledTools: new Map(),
    });
    const run = memoryRun();
    const input = { prompt: 'Build a URL shortener', topic: 'URL shorteners', plan: {} };
    for (const { agent } of agents) {
      const answer = await callerFor(agent).call(drive(run), agent.name, input, agent.name);
      expect(await answerFaults(check, agent, answer)).toEqual([]);
    }
    expect([...run.steps.keys()]).toEqual(agents.flatMap(({ agent: { name } }) => [`${name}/turn-1`, name]));
  },
);

test('an answer whose check does not end is repaired like any other, and fails the call by the name of the pattern', async () => {
  const parsed = parse(agentText({ sections: { 'Output Contract': slowContract } }));
  if (parsed.kind === 'refused') throw new Error('refused');
  demo.setScript([{ json: { code: `${'a'.repeat(36)}!` } }]);
  const impatient = createSchemaChecks({ timeMs: 1_000 });
  const caller = callerFor({ ...parsed.agent, hash: 'h' }, demo.url, impatient);
  const call = caller.call(drive(memoryRun()), 'helper', {}, 'ask');
  const sentence = 'the check of `code` against its pattern ^([a-z]+-?)+$ did not end within 1 s';
  await expect(call).rejects.toMatchObject({ code: 'contract_broken', message: expect.stringContaining(sentence) });
  expect(demo.requests()).toHaveLength(3);
  await impatient.close();
});

const slowContract = `\`\`\`json
{ "type": "object", "properties": { "code": { "type": "string", "pattern": "^([a-z]+-?)+$" } } }
\`\`\``;
