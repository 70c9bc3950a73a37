import { describe, expect, it } from 'vitest';
import { PerdureError } from '@perdure/contract';
import { createModelTurn, learntInMemory, type Ask, type ModelServer } from '@perdure/models';
import { resolveServers } from '@perdure/models/servers';
import { withModelSecrets } from '../../src/secrets/for-models.ts';
import type { AskSecrets } from '../../src/secrets/lender.ts';

const settings = {
  servers: [
    {
      name: 'groq',
      baseUrl: 'https://api.groq.example/v1',
      api: 'chat' as const,
      keyReference: 'main/groq/key',
      headers: { 'x-team': { reference: 'main/team' }, 'x-plain': { text: 'a' } },
      models: {},
    },
    { name: 'spare', baseUrl: 'http://127.0.0.1:1/v1', api: 'chat' as const, headers: {}, models: {} },
  ],
  defaultModel: 'groq/llama',
  defaultServer: 'groq',
  general: {},
};

/** A vault whose key changes, and servers that note what they are asked with. */
function createWorld(given: { fallback?: string[] } = {}) {
  const models = resolveServers({ ...settings, general: given }, {});
  const asked: ModelServer[] = [];
  const state = { key: 'sk-one', ended: 0, problem: undefined as PerdureError | undefined };
  const requests: Parameters<AskSecrets>[0][] = [];
  const secretsOf: AskSecrets = async (request) => {
    requests.push(request);
    if (state.problem !== undefined) return { kind: 'refused', error: state.problem };
    const values = { key: state.key, 'header:x-team': 'team-blue' };
    return { kind: 'lent', secrets: { values, hide: (value) => value, end: () => (state.ended += 1) } };
  };
  const ask: Ask = async ({ target }) => {
    asked.push(target.server);
    return { kind: 'failed', failure: { kind: 'cut' }, tail: '' };
  };
  const turn = createModelTurn({
    planOf: models.targetOf,
    learnt: learntInMemory(),
    now: () => 0,
    ask: withModelSecrets(ask, secretsOf),
  });
  const run = async () =>
    await turn({
      instructions: '',
      messages: [],
      schema: {},
      tools: [],
      mustAnswer: false,
      idempotencyKey: 'run-1/helper/turn-1/1',
      signal: new AbortController().signal,
    }).catch((error: unknown) => error as PerdureError);
  return { models, asked, state, requests, run };
}

describe('a model server whose key lies in a vault', () => {
  it('is asked with what lies there now, and holds it no longer than the request', async () => {
    const { asked, state, requests, run, models } = createWorld();
    await run();
    state.key = 'sk-two';
    await run();
    expect(asked.map(({ apiKey }) => apiKey)).toEqual(['sk-one', 'sk-two']);
    expect(asked[0]?.headers).toEqual({ 'x-plain': 'a', 'x-team': 'team-blue' });
    expect(state.ended).toBe(2);
    expect(requests[0]).toMatchObject({
      grantee: { kind: 'model', name: 'groq' },
      fingerprint: 'https://api.groq.example',
      reason: 'model groq, request run-1/helper/turn-1/1-groq',
      wanted: [
        { name: 'key', reference: 'main/groq/key' },
        { name: 'header:x-team', reference: 'main/team' },
      ],
    });
    expect(JSON.stringify([...models.servers.values()])).not.toMatch(/sk-one|sk-two|team-blue/);
  });

  it('that cannot be had is misconfigured, said in words, and no server is asked', async () => {
    const { asked, state, run } = createWorld();
    state.problem = new PerdureError('vault_sealed', 'The vaults are sealed, and all else works: a test.');
    const error = (await run()) as PerdureError;
    expect(error).toMatchObject({ code: 'model_rejected', details: { misconfigured: true } });
    expect(error.message).toContain('groq/llama cannot be asked, since its key cannot be had. The vaults are sealed');
    expect(asked).toEqual([]);
  });

  it('that cannot be had is passed over for the next of the list', async () => {
    const { asked, state, run } = createWorld({ fallback: ['spare/llama'] });
    state.problem = new PerdureError('config_invalid', 'Nothing was granted.');
    await run();
    expect(asked.map(({ name }) => name)).toEqual(['spare']);
  });

  it('with a value that no header can hold is misconfigured, and the value is not repeated', async () => {
    const { state, run } = createWorld();
    state.key = 'line\nbreak';
    const error = (await run()) as PerdureError;
    expect(error.message).toContain('the key of groq cannot travel in a header');
    expect(error.message).not.toContain('break');
    expect(state.ended).toBe(1);
  });
});
