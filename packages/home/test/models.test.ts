import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseModel, ensureHome, loadSettings, resolveSettings } from '../src/index.ts';
import { tempFolder } from './temp.ts';

interface Given {
  readonly env?: Record<string, string>;
  readonly envFile?: Record<string, string>;
  readonly models?: unknown;
  readonly model?: unknown;
}

const resolve = ({ env = {}, envFile = {}, models, model }: Given) =>
  resolveSettings({
    flags: {},
    env,
    envFile: { path: '/state/.env', content: envFile },
    yaml: { path: '/state/perdure.config.yaml', content: { models, model } },
    cwd: '/work',
    root: '/state',
  });
const choose = (given: Given) => chooseModel(resolve(given).values);

const shapes = ({ models }: Given) =>
  resolve({ models }).values.models?.servers.map(({ api, baseUrl }) => [api, baseUrl]);

const groq = { baseUrl: 'https://api.groq.com/openai/v1', key: 'env:GROQ_API_KEY' };
const groqKey = { GROQ_API_KEY: 'gsk-hunter2' };

describe('models', () => {
  test('are read with all that may be said of a server and of one model', () => {
    const models = {
      groq: {
        ...groq,
        headers: { 'x-portkey-provider': 'openai', 'x-portkey-api-key': 'env:PORTKEY_KEY' },
        contextTokens: 128_000,
        prices: { input: 0.59, output: 0.79 },
        limits: { firstByte: '90s', bytes: '1MB' },
        fallback: ['local/qwen3:8b'],
        models: { 'llama-3.3-70b': { contextTokens: 32_000, limits: { silence: '10s' }, fallback: [] } },
      },
    };
    expect(resolve({ models }).values.models?.servers).toEqual([
      {
        name: 'groq',
        baseUrl: groq.baseUrl,
        api: 'chat',
        keyVariable: 'GROQ_API_KEY',
        headers: { 'x-portkey-provider': { text: 'openai' }, 'x-portkey-api-key': { variable: 'PORTKEY_KEY' } },
        contextTokens: 128_000,
        prices: { input: 0.59, output: 0.79 },
        limits: { firstByteMs: 90_000, bytes: 1_048_576 },
        fallback: ['local/qwen3:8b'],
        models: { 'llama-3.3-70b': { contextTokens: 32_000, limits: { silenceMs: 10_000 }, fallback: [] } },
      },
    ]);
  });

  test('openai and anthropic are known by their names, and may be told otherwise', () => {
    expect(shapes({ models: { openai: null, anthropic: {} } })).toEqual([
      ['responses', 'https://api.openai.com/v1'],
      ['messages', 'https://api.anthropic.com/v1'],
    ]);
    expect(shapes({ models: { openai: { api: 'chat', baseUrl: 'http://127.0.0.1:1/v1' } } })).toEqual([
      ['chat', 'http://127.0.0.1:1/v1'],
    ]);
  });

  test('a key comes from the environment, else from the .env of the state root', () => {
    const given = { models: { groq }, envFile: groqKey };
    expect(resolve(given).values.models?.secrets).toEqual(groqKey);
    const both = { ...given, env: { GROQ_API_KEY: 'gsk-other' } };
    expect(resolve(both).values.models?.secrets).toEqual({ GROQ_API_KEY: 'gsk-other' });
    expect(resolve({ models: { groq } }).values.models?.secrets).toEqual({});
  });

  test.each<[string, unknown, RegExp]>([
    ['a literal key', { groq: { ...groq, key: 'gsk-hunter2' } }, /models\.groq\.key is no reference: write env:/],
    [
      'a key under another name',
      { groq: { apiKey: 'gsk-hunter2' } },
      /models\.groq\.apiKey is no setting: write models\.groq\.key: env:NAME/,
    ],
    [
      'a literal secret in a header',
      { groq: { ...groq, headers: { authorization: 'Bearer hunter2' } } },
      /models\.groq\.headers\.authorization holds a secret/,
    ],
    [
      'a key in the address',
      { groq: { baseUrl: 'https://u:hunter2@host/v1' } },
      /models\.groq\.baseUrl is no http\(s\) address/,
    ],
    ['a key in the query', { groq: { baseUrl: 'https://host/v1?key=hunter2' } }, /models\.groq\.baseUrl has a query/],
  ])('%s is refused without quoting it', (_what, models, sentence) => {
    expect(() => resolve({ models })).toThrow(sentence);
    expect(() => resolve({ models })).not.toThrow(/hunter2/);
  });

  test.each<[unknown, string]>([
    [['groq'], 'models is to be names with values'],
    [{ groq: 'https://host/v1' }, 'models.groq is to be names with values'],
    [{ default: groq }, 'models.default is the name of the server of AI_BASE_URL'],
    [{ 'Groq/1': groq }, 'models.Groq/1 is no name of a server'],
    [{ groq: { key: 'env:GROQ_API_KEY' } }, 'models.groq has no baseUrl'],
    [{ groq: { ...groq, basUrl: 'x' } }, 'models.groq.basUrl is no setting; there are baseUrl, api, key'],
    [
      { groq: { ...groq, api: 'grpc' } },
      'models.groq.api is "grpc", which is no wire format: write chat, messages, responses',
    ],
    [
      { groq: { baseUrl: 'https://host/v1/chat/completions' } },
      'models.groq.baseUrl ends in "/chat/completions", which is added to it: write https://host/v1',
    ],
    [{ groq: { baseUrl: 'https://host/v1/v1' } }, 'models.groq.baseUrl says "/v1" twice: write https://host/v1'],
    [
      { groq: { ...groq, limits: { firstByte: 15 } } },
      'models.groq.limits.firstByte is "15", which is no span of time',
    ],
    [{ groq: { ...groq, limits: { bytes: '5m' } } }, 'models.groq.limits.bytes is "5m", which is no size'],
    [
      { groq: { ...groq, limits: { first: '5m' } } },
      'models.groq.limits.first is no setting; there are firstByte, silence, whole, bytes',
    ],
    [{ groq: { ...groq, contextTokens: '32k' } }, 'models.groq.contextTokens is "32k", which is no whole number'],
    [{ groq: { ...groq, prices: { input: 1 } } }, 'models.groq.prices.output is missing'],
    [{ groq: { ...groq, prices: { input: '$1', output: 1 } } }, 'models.groq.prices.input is "$1", which is no price'],
    [{ groq: { ...groq, fallback: [['a']] } }, 'models.groq.fallback is no list of models'],
    [
      { groq: { ...groq, headers: { 'content-length': '1' } } },
      'models.groq.headers.content-length is set by each request',
    ],
    [{ groq: { ...groq, headers: { 'x-a': 'ä' } } }, 'models.groq.headers.x-a cannot travel in a header'],
    [
      { groq: { ...groq, models: { a: { key: 'env:A' } } } },
      'models.groq.models.a.key is no setting; there are contextTokens',
    ],
  ])('%j is refused in a sentence that says where', (models, sentence) => {
    expect(() => resolve({ models })).toThrow(`/state/perdure.config.yaml: ${sentence}`);
  });

  test('what is wrong is named by its line', async () => {
    const paths = ensureHome(tempFolder());
    writeFileSync(paths.config, 'port: 4000\nmodels:\n  groq:\n    baseUrl: https://host/v1\n    api: grpc\n');
    const loading = loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
    await expect(loading).rejects.toThrow(`${paths.config}:5: models.groq.api is "grpc"`);
    writeFileSync(paths.config, 'models:\n  groq:\n    baseUrl: https://host/v1\n    prices: { input: 1 }\n');
    const missing = loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
    await expect(missing).rejects.toThrow(`${paths.config}:4: models.groq.prices.output is missing`);
  });

  test('a value that cannot travel in a header is refused without quoting it', () => {
    const given = { models: { groq }, envFile: { GROQ_API_KEY: 'gsk-hunter2…' } };
    expect(() => resolve(given)).toThrow(/The value \(GROQ_API_KEY in \/state\/\.env\) cannot travel/);
    expect(() => resolve(given)).not.toThrow(/hunter2/);
  });

  test('are explained, and of keys and headers no value is', () => {
    const models = {
      groq: { ...groq, headers: { 'x-tenant': 'env:TENANT', 'x-plan': 'gold' }, limits: { whole: '10m' } },
      anthropic: { key: 'env:ANTHROPIC_API_KEY' },
    };
    const { explained } = resolve({ models, envFile: { ...groqKey, TENANT: 'tenant-hunter2' } });
    const rows = new Map(explained.map(({ name, value, source }) => [name, [value, source]]));
    expect(rows.get('models.groq.baseUrl')?.[0]).toBe(groq.baseUrl);
    expect(rows.get('models.groq.key')).toEqual(['set', 'GROQ_API_KEY in /state/.env']);
    expect(rows.get('models.groq.headers')?.[0]).toBe('x-tenant, x-plan');
    expect(rows.get('models.groq.limits.whole')?.[0]).toBe('10m');
    expect(rows.get('models.anthropic.api')).toEqual(['messages', 'default']);
    expect(rows.get('models.anthropic.key')).toEqual(['not set: ANTHROPIC_API_KEY', '-']);
    expect(JSON.stringify(explained)).not.toMatch(/hunter2|gold/);
  });
});

describe('the default model', () => {
  test('may be one of a server, and then AI_BASE_URL need not be set', () => {
    const { id, models, secrets } = choose({ models: { groq }, envFile: groqKey, model: { id: 'groq/llama' } });
    expect([id, models.defaultModel, models.defaultServer]).toEqual(['groq/llama', 'groq/llama', 'groq']);
    expect(models.servers.map(({ name }) => name)).toEqual(['groq']);
    expect(secrets).toEqual(groqKey);
  });

  test('is one of AI_BASE_URL where the part before the slash is no server', () => {
    const env = { AI_BASE_URL: 'https://router/v1', AI_API_KEY: 'k', MODEL_ID: 'meta/llama' };
    const { models } = choose({ env, models: { groq }, model: { api: 'responses', headers: { 'x-a': 'b' } } });
    expect([models.defaultModel, models.defaultServer]).toEqual(['default/meta/llama', 'default']);
    expect(models.servers).toMatchObject([
      { name: 'default', api: 'responses', keyVariable: 'AI_API_KEY', headers: { 'x-a': { text: 'b' } } },
      { name: 'groq' },
    ]);
  });

  test.each<[Given, string]>([
    [{ models: { groq }, envFile: groqKey }, 'There are model servers and no default model: set model.id, or MODEL_ID'],
    [{ models: { groq }, env: { MODEL_ID: 'groq/llama' } }, 'needs GROQ_API_KEY, which is not set'],
    [{ models: { groq }, env: { MODEL_ID: 'grok/llama' } }, '"grok/llama" names no server of models (groq)'],
    [{ env: { MODEL_ID: 'llama', AI_BASE_URL: 'http://127.0.0.1:1/v1' } }, 'AI_API_KEY is missing'],
  ])('%j is half a configuration, and refused', (given, sentence) => {
    expect(() => choose(given)).toThrow(sentence);
  });

  test('limits, context and fallback of model hold for all servers, by environment too', () => {
    const env = { MODEL_ID: 'groq/llama', PERDURE_MODEL_FIRST_BYTE: '30m', PERDURE_MODEL_FALLBACK: 'groq/a, groq/b' };
    const model = { limits: { silence: '1m', bytes: '1MB' }, contextTokens: 9_000, maxOutputTokens: 500 };
    expect(choose({ models: { groq }, envFile: groqKey, env, model }).models.general).toEqual({
      contextTokens: 9_000,
      maxOutputTokens: 500,
      fallback: ['groq/a', 'groq/b'],
      limits: { firstByteMs: 1_800_000, silenceMs: 60_000, wholeMs: 3_600_000, bytes: 1_048_576 },
    });
    const { explained } = resolve({ env });
    expect(explained.find(({ name }) => name === 'modelFirstByte')).toMatchObject({ value: '30m' });
    expect(explained.find(({ name }) => name === 'modelBytes')).toMatchObject({ value: '64MB', source: 'default' });
  });

  test('parts of a request that a server is never sent are named one by one', () => {
    const models = { groq: { ...groq, without: 'stream', models: { llama: { without: ['temperature'] } } } };
    const [server] = choose({ models, envFile: groqKey, env: { MODEL_ID: 'groq/llama' } }).models.servers;
    expect(server).toMatchObject({ without: ['stream'], models: { llama: { without: ['temperature'] } } });
    const own = { env: { AI_BASE_URL: 'http://127.0.0.1:1/v1', AI_API_KEY: 'k', MODEL_ID: 'm' } };
    expect(choose({ ...own, model: { without: ['stream'] } }).models.servers[0]).toMatchObject({ without: ['stream'] });
    const [row] = resolve({ ...own, model: { without: ['stream'] } }).explained.filter(({ name }) =>
      /without/.test(name),
    );
    expect(row).toMatchObject({ name: 'model.without', value: 'stream' });
  });

  test.each<[Given, string]>([
    [
      { model: { without: ['tools'] } },
      'model.without holds "tools", which no request can go without: write response_',
    ],
    [{ env: { PERDURE_MODEL_FIRST_BYTE: '15' } }, '"15" (environment PERDURE_MODEL_FIRST_BYTE) is no span of time'],
    [{ env: { PERDURE_MODEL_BYTES: 'lots' } }, 'is no size such as'],
    [{ model: { api: 'grpc' } }, '"grpc" (model.api in /state/perdure.config.yaml) is no wire format'],
    [{ model: { headers: { 'x-api-key': 'literal' } } }, 'model.headers.x-api-key holds a secret'],
    [{ env: { AI_BASE_URL: 'http://h/v1/chat/completions' } }, 'environment AI_BASE_URL ends in "/chat/completions"'],
  ])('%j is refused in a sentence', (given, sentence) => {
    expect(() => resolve(given)).toThrow(sentence);
  });
});

test('a mark at the beginning of a file is no part of its first name', async () => {
  const paths = ensureHome(tempFolder());
  writeFileSync(paths.envFile, '\uFEFFMODEL_ID=m\n');
  writeFileSync(paths.config, '\uFEFFport: 4000\n');
  const { values } = await loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
  expect(values).toMatchObject({ modelId: 'm', port: 4000 });
});

test('what the page about models has to be copied is taken as it stands', async () => {
  const page = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n(models?:[^`]+)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(3);
  const names: string[] = [];
  for (const block of blocks) {
    const paths = ensureHome(tempFolder());
    writeFileSync(paths.config, block.replaceAll('<resource>', 'mine'));
    const { values } = await loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
    names.push(...(values.models?.servers ?? []).map(({ name }) => name));
  }
  expect(names).toEqual(expect.arrayContaining(['ollama', 'openai', 'anthropic', 'gemini', 'azure', 'portkey']));
});
