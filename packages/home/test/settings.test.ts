import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chooseModel, ensureHome, loadSettings, resolveSettings, type SettingsInput } from '../src/index.ts';
import { tempFolder } from './temp.ts';

interface Given {
  readonly flags?: SettingsInput['flags'];
  readonly env?: Record<string, string>;
  readonly envFile?: Record<string, string>;
  readonly yaml?: unknown;
}

const resolve = ({ flags = {}, env = {}, envFile = {}, yaml }: Given) =>
  resolveSettings({
    flags,
    env,
    envFile: { path: '/state/.env', content: envFile },
    yaml: { path: '/state/perdure.config.yaml', content: yaml },
    cwd: '/work',
    root: '/state',
  });

const sourceOf = (given: Given, name: string) =>
  resolve(given).explained.find((setting) => setting.name === name)?.source;

test('flag wins over environment, over .env, over its alias there, over yaml, over default', () => {
  const all: Required<Given> = {
    flags: { port: '1001' },
    env: { PERDURE_PORT: '1002' },
    envFile: { PERDURE_PORT: '1003', PORT: '1004' },
    yaml: { port: 1005 },
  };
  const { flags: _flags, ...noFlag } = all;
  const { env: _env, ...noEnv } = noFlag;
  const alias = { ...noEnv, envFile: { PORT: '1004' } };
  const ports = [all, noFlag, noEnv, alias, { yaml: all.yaml }, {}].map((given) => resolve(given).values.port);
  expect(ports).toEqual([1001, 1002, 1003, 1004, 1005, 7373]);
  expect([all, noFlag, noEnv, alias, { yaml: all.yaml }, {}].map((given) => sourceOf(given, 'port'))).toEqual([
    'flag --port',
    'environment PERDURE_PORT',
    'PERDURE_PORT in /state/.env',
    'PORT in /state/.env',
    'port in /state/perdure.config.yaml',
    'default',
  ]);
});

test("PORT and DATABASE_URL of the shell are somebody else's", () => {
  expect(resolve({ env: { PORT: '3000', DATABASE_URL: 'postgres://other' } }).values.port).toBe(7373);
});

test("DATABASE_URL in the state root's own .env is refused without quoting it", () => {
  expect(() => resolve({ envFile: { DATABASE_URL: 'postgres://u:hunter2@db' } })).toThrow(
    /^\/state\/\.env: PostgreSQL \(DATABASE_URL\) is not supported in this version(?!.*hunter2)/,
  );
});

test('a bad value is one sentence that names the value and where it stands', () => {
  expect(() => resolve({ flags: { port: '80x' } })).toThrow('"80x" (flag --port) is no port (1 to 65535)');
  expect(() => resolve({ env: { PERDURE_WORKER_PORT: '70000' } })).toThrow('"70000" (environment PERDURE_WORKER_PORT)');
  expect(() => resolve({ yaml: { logLevel: 'loud' } })).toThrow('"loud" (logLevel in /state/perdure.config.yaml)');
});

test('a bad value that is overruled does no harm', () => {
  expect(resolve({ flags: { port: '8080' }, yaml: { port: 'nonsense' } }).values.port).toBe(8080);
});

test('a secret in the yaml file is refused without quoting it, and so is a name that is no setting', () => {
  expect(() => resolve({ yaml: { model: { apiKey: 'sk-hunter2' } } })).toThrow(
    /secrets are not kept in this file: move "model.apiKey" to the .env file(?!.*hunter2)/,
  );
  expect(() => resolve({ yaml: { prot: 1 } })).toThrow('"prot" is no setting; there are port, workerPort');
  expect(() => resolve({ yaml: ['port'] })).toThrow('the document is a list');
});

test('a secret is explained as set or not set, never shown', () => {
  const shown = resolve({ env: { AI_API_KEY: 'sk-hunter2' } }).explained;
  expect(shown.find((setting) => setting.name === 'apiKey')).toMatchObject({
    value: 'set',
    source: 'environment AI_API_KEY',
  });
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(resolve({}).explained.find((setting) => setting.name === 'apiKey')?.value).toBe('not set');
});

test('a key in the address of the model is refused without quoting it', () => {
  expect(() => resolve({ env: { AI_BASE_URL: 'https://user:hunter2@host/v1' } })).toThrow(
    /The value of environment AI_BASE_URL is no http\(s\) address(?!.*hunter2)/,
  );
});

test('a key that cannot travel in a header is refused without quoting it', () => {
  for (const key of ['sk-hunter2…', 'sk-hunter2\nsk-hunter2', 'sk hunter2']) {
    expect(() => resolve({ env: { AI_API_KEY: key } })).toThrow(
      /^The value \(environment AI_API_KEY\) is no key (?!.*hunter2)/,
    );
  }
});

test('an address that cannot work is refused with the one to write', () => {
  expect(() => resolve({ env: { AI_BASE_URL: 'https://host/v1/chat/completions?key=hunter2' } })).toThrow(
    /^The value of environment AI_BASE_URL has a query, .*: write https:\/\/host\/v1 there instead\.$/,
  );
});

test('quotes and blanks around a value are no part of it, and are told', () => {
  const env = { AI_BASE_URL: ' "https://host/v1 " ', AI_API_KEY: "'sk-1'", MODEL_ID: '"m"', PERDURE_PORT: '"8080"' };
  expect(resolve({ env }).values).toMatchObject({
    baseUrl: 'https://host/v1',
    apiKey: 'sk-1',
    modelId: 'm',
    port: 8080,
  });
  expect(sourceOf({ env }, 'baseUrl')).toBe('environment AI_BASE_URL, without its quotes');
  expect(resolve({ env: { AI_API_KEY: '""' } }).values).not.toHaveProperty('apiKey');
});

test('a project folder named in a file starts at the state root, one named by a flag at the working folder', () => {
  expect(resolve({ flags: { project: 'app' }, yaml: { project: '../x' } }).values.project).toBe('/work/app');
  expect(resolve({ yaml: { project: '../app' } }).values.project).toBe('/app');
});

test('a list of tools is given with commas, or as a list in the file; a budget and a context as whole numbers', () => {
  const { values, explained } = resolve({
    flags: { enabledTools: 'shell, sql-query' },
    env: { PERDURE_BUDGET_TURNS: '7', PERDURE_BUDGET_MINUTES: '30' },
    yaml: { budget: { tokens: 200_000, turns: 9 }, model: { contextTokens: 32_000 } },
  });
  expect(values).toMatchObject({
    enabledTools: ['shell', 'sql-query'],
    budgetTokens: 200_000,
    budgetTurns: 7,
    budgetMinutes: 30,
    contextTokens: 32_000,
  });
  expect(explained.find(({ name }) => name === 'enabledTools')).toMatchObject({
    value: 'shell, sql-query',
    source: 'flag --enable-tools',
  });
  const tools = { enabled: ['shell', 'sql-query'] };
  expect(resolve({ yaml: { tools } }).values.enabledTools).toEqual(['shell', 'sql-query']);
});

test('without settings no tool is switched on, and only turns are limited', () => {
  expect(resolve({ yaml: { tools: { enabled: [] } } }).values).not.toHaveProperty('enabledTools');
  const { values } = resolve({});
  expect(values).toMatchObject({ contextTokens: 100_000, budgetTurns: 500 });
  for (const name of ['enabledTools', 'sqlDatabase', 'budgetTokens', 'budgetMinutes']) {
    expect(values).not.toHaveProperty(name);
  }
});

test.each([
  [{ env: { PERDURE_BUDGET_TURNS: '0' } }, '"0" (environment PERDURE_BUDGET_TURNS) is no whole number from 1 on'],
  [{ env: { PERDURE_CONTEXT_TOKENS: '1.5' } }, 'is no whole number'],
  [{ yaml: { budget: { minutes: -3 } } }, '"-3" (budget.minutes in /state/perdure.config.yaml)'],
  [{ flags: { enabledTools: 'shell,,sql' } }, '"shell,,sql" (flag --enable-tools) is no list of names'],
  [{ yaml: { tools: { enabled: [['shell']] } } }, 'is no list of names'],
  [{ yaml: { budget: { turns: [5] } } }, 'budget.turns is a list; settings are names with values'],
])('%j is refused in a sentence', (given, sentence) => {
  expect(() => resolve(given)).toThrow(sentence);
});

test('a database named in a file lies beside it, one named in the environment starts at the working folder', () => {
  const yaml = { tools: { sqlDatabase: 'shop.db' } };
  expect(resolve({ yaml }).values.sqlDatabase).toBe('/state/shop.db');
  expect(resolve({ yaml, env: { PERDURE_SQL_DATABASE: 'shop.db' } }).values.sqlDatabase).toBe('/work/shop.db');
});

test('the model is the configured one, the demo model where nothing is configured, and an error in between', () => {
  const model = { AI_BASE_URL: 'https://host/v1', AI_API_KEY: 'k', MODEL_ID: 'm' };
  const choose = (env: Record<string, string>) => chooseModel(resolve({ env }).values);
  expect(choose(model)).toMatchObject({ kind: 'configured', id: 'm', secrets: { AI_API_KEY: 'k' } });
  expect(choose({}).kind).toBe('demo');
  expect(() => choose({ ...model, AI_API_KEY: '' })).toThrow('AI_API_KEY is missing');
  expect(() => choose({ MODEL_ID: 'm' })).toThrow('AI_BASE_URL and AI_API_KEY are missing');
  expect(chooseModel(resolve({ env: { MODEL_ID: 'm' } }).values, { demo: true }).kind).toBe('demo');
});

test('the files of a state root are read, and a broken one is named', async () => {
  const paths = ensureHome(tempFolder());
  const load = async () => (await loadSettings(paths, { flags: {}, env: {}, cwd: '/' })).values;
  expect((await load()).port).toBe(7373);
  writeFileSync(paths.envFile, 'AI_API_KEY="k"\nPORT=4000\n');
  writeFileSync(paths.config, 'workerPort: 4001\nmodel:\n  id: m\n');
  expect(await load()).toMatchObject({ port: 4000, workerPort: 4001, apiKey: 'k', modelId: 'm' });
  writeFileSync(paths.config, 'port: [1\n');
  await expect(load()).rejects.toThrow(`${paths.config}: it is not valid YAML`);
  writeFileSync(paths.config, 'port: *nothing\n');
  await expect(load()).rejects.toThrow(`${paths.config}: it is not valid YAML`);
});

test('the mark at the start of a settings file is passed over', async () => {
  const paths = ensureHome(tempFolder());
  writeFileSync(paths.envFile, '\uFEFFAI_API_KEY=k\nPORT=4000\n');
  writeFileSync(paths.config, '\uFEFFworkerPort: 4001\n');
  const { values } = await loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
  expect(values).toMatchObject({ apiKey: 'k', port: 4000, workerPort: 4001 });
});

test('a settings file that cannot be read is named', async () => {
  for (const name of ['envFile', 'config'] as const) {
    const paths = ensureHome(tempFolder());
    mkdirSync(paths[name]);
    const loading = loadSettings(paths, { flags: {}, env: {}, cwd: '/' });
    await expect(loading).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(paths[name]),
    });
  }
});
