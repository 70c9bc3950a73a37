import type { ModelsSettings, ServerSettings } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { modelName } from '../../src/turn/server.ts';
import { resolveModels, resolveServers, serverEntries } from '../../src/servers/index.ts';

const own: ServerSettings = {
  name: 'default',
  baseUrl: 'http://127.0.0.1:11434/v1',
  api: 'chat',
  keyVariable: 'AI_API_KEY',
  headers: {},
  models: {},
};
const groq: ServerSettings = {
  name: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  api: 'chat',
  keyVariable: 'GROQ_API_KEY',
  headers: { 'x-plan': { text: 'gold' }, 'x-tenant': { variable: 'TENANT' } },
  contextTokens: 128_000,
  prices: { input: 0.59, output: 0.79 },
  limits: { firstByteMs: 90_000 },
  fallback: ['qwen3:8b'],
  models: {
    'meta/llama': { contextTokens: 32_000, limits: { silenceMs: 10_000 }, fallback: ['groq/meta/llama', 'other/a'] },
  },
};
const settings: ModelsSettings = {
  servers: [own, groq],
  defaultModel: 'default/qwen3:8b',
  defaultServer: 'default',
  general: { contextTokens: 9_000, limits: { firstByteMs: 60_000, bytes: 1_000 }, maxOutputTokens: 500 },
};
const keys = { AI_API_KEY: 'k', GROQ_API_KEY: 'g', TENANT: 't' };
const { targetOf } = resolveServers(settings, keys);
const named = (name?: string) => modelName(targetOf(name).target);

describe('a name', () => {
  test.each([
    ['groq/llama-3.3-70b', 'groq/llama-3.3-70b'],
    ['groq/meta/llama', 'groq/meta/llama'],
    ['meta/llama', 'default/meta/llama'],
    ['qwen3:8b', 'default/qwen3:8b'],
    ['default/qwen3:8b', 'default/qwen3:8b'],
    [undefined, 'default/qwen3:8b'],
  ])('%j means %j', (name, model) => {
    expect(named(name)).toBe(model);
  });

  test('without a server means one of the default model, where AI_BASE_URL is not set', () => {
    const models = resolveServers(
      { ...settings, servers: [groq], defaultServer: 'groq', defaultModel: 'groq/a' },
      keys,
    );
    expect(modelName(models.targetOf('meta/other').target)).toBe('groq/meta/other');
  });

  test('says what it is asked without: what its server is, and what it is itself', () => {
    const picky: ServerSettings = {
      ...groq,
      without: ['stream'],
      models: { 'meta/llama': { without: ['temperature'] } },
    };
    const models = resolveServers({ ...settings, servers: [own, picky] }, keys);
    expect(models.targetOf('groq/other').target.without).toEqual(['stream']);
    expect(models.targetOf('groq/meta/llama').target.without).toEqual(['stream', 'temperature']);
  });

  test('of a server without a model means nothing', () => {
    expect(() => targetOf('groq/')).toThrow('"groq/" names no model');
  });
});

describe('what holds for a model', () => {
  test('is said by the model, else by its server, else for all, else by us', () => {
    const { target, contextTokens, prices, maxOutputTokens } = targetOf('groq/meta/llama');
    expect({ contextTokens, prices, maxOutputTokens }).toEqual({
      contextTokens: 32_000,
      prices: { input: 0.59, output: 0.79 },
      maxOutputTokens: 500,
    });
    expect(target.server.limits).toEqual({
      firstByteMs: 90_000,
      silenceMs: 10_000,
      wholeMs: 60 * 60_000,
      bytes: 1_000,
    });
    expect(targetOf('groq/other').target.server.limits.silenceMs).toBe(5 * 60_000);
    expect(targetOf().contextTokens).toBe(9_000);
    expect(targetOf()).not.toHaveProperty('prices');
  });

  test('are headers and key with their values', () => {
    expect(targetOf('groq/a').target.server).toMatchObject({
      apiKey: 'g',
      headers: { 'x-plan': 'gold', 'x-tenant': 't' },
    });
  });

  test('is a fallback list without the model itself', () => {
    expect(targetOf('groq/a').fallback.map(modelName)).toEqual(['default/qwen3:8b']);
    expect(targetOf('groq/meta/llama').fallback.map(modelName)).toEqual(['default/other/a']);
    expect(targetOf().fallback).toEqual([]);
    const general = { ...settings.general, fallback: ['groq/a', 'qwen3:8b'] };
    const models = resolveServers({ ...settings, general }, keys);
    expect(models.targetOf('x').fallback.map(modelName)).toEqual(['groq/a', 'default/qwen3:8b']);
    expect(models.targetOf('qwen3:8b').fallback.map(modelName)).toEqual(['groq/a']);
  });
});

describe('a key that is not set', () => {
  const models = resolveServers({ ...settings, general: { fallback: ['groq/a'] } }, { AI_API_KEY: 'k', TENANT: 't' });

  test('keeps its models from being asked, and says which variable it is', () => {
    expect(() => models.targetOf('groq/a')).toThrow('groq/a cannot be asked, since GROQ_API_KEY is not set');
    expect(models.missing).toEqual(new Map([['groq', 'GROQ_API_KEY']]));
  });

  test('leaves them out of what others fall back to', () => {
    expect(models.targetOf().fallback).toEqual([]);
  });

  test('of a header counts as well, and an empty one too', () => {
    const { missing } = resolveServers(settings, { ...keys, TENANT: '' });
    expect(missing).toEqual(new Map([['groq', 'TENANT']]));
  });
});

test('settings come as JSON, and what is none is refused', () => {
  expect(modelName(resolveModels(JSON.stringify(settings), keys).targetOf().target)).toBe('default/qwen3:8b');
  for (const json of ['', '{}', '{"servers":[]}']) {
    expect(() => resolveModels(json, keys)).toThrow('PERDURE_MODELS does not describe model servers');
  }
});

test('others are told of servers and models, of the proxy, and of no secret', () => {
  const models = resolveServers(settings, { ...keys, GROQ_API_KEY: 'gsk-hunter2', TENANT: '' });
  const agents = [{ name: 'planner' }, { name: 'reviewer', model: 'groq/a' }, { name: 'critic', model: 'groq/a' }];
  const entries = serverEntries(models, { agents, env: { https_proxy: 'http://u:hunter2@proxy:3128/x' } });
  expect(JSON.stringify(entries)).not.toMatch(/hunter2|gold/);
  expect(entries).toEqual([
    {
      name: 'default',
      api: 'chat',
      origin: 'http://127.0.0.1:11434',
      key: 'set',
      models: [
        { name: 'default/qwen3:8b', isDefault: true, agents: ['planner'], contextTokens: 9_000, fallback: [] },
        { name: 'default/other/a', isDefault: false, agents: [], contextTokens: 9_000, fallback: [] },
      ],
    },
    {
      name: 'groq',
      api: 'chat',
      origin: 'https://api.groq.com',
      key: 'missing',
      proxy: 'http://proxy:3128',
      models: [
        {
          name: 'groq/meta/llama',
          isDefault: false,
          agents: [],
          contextTokens: 32_000,
          prices: { input: 0.59, output: 0.79 },
          fallback: ['default/other/a'],
        },
        {
          name: 'groq/a',
          isDefault: false,
          agents: ['reviewer', 'critic'],
          contextTokens: 128_000,
          prices: { input: 0.59, output: 0.79 },
          fallback: ['default/qwen3:8b'],
        },
      ],
    },
  ]);
});
