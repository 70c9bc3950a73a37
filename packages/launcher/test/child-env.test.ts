import { modelsSettingsSchema } from '@perdure/contract';
import { chooseModel, resolveSettings, secretVariables, type PublicAccess } from '@perdure/home';
import { expect, test } from 'vitest';
import { childEnv, withCompiledCode } from '../src/child-env.ts';

interface Given {
  readonly env?: Record<string, string>;
  readonly envFile?: Record<string, string>;
  readonly yaml?: unknown;
}

type Part = Parameters<typeof childEnv>[1];

function envOf(
  { env = {}, envFile = {}, yaml }: Given,
  part: Part = 'worker',
  base: NodeJS.ProcessEnv = {},
  access?: PublicAccess,
) {
  const { values } = resolveSettings({
    flags: {},
    env,
    envFile: { path: '/state/.env', content: envFile },
    yaml: { path: '/state/perdure.config.yaml', content: yaml },
    cwd: '/project',
    root: '/state',
  });
  return childEnv(base, part, {
    ...values,
    home: '/state',
    engineKey: 'publickeyv1_x',
    project: '/project',
    model: chooseModel(values),
    secretVariables: secretVariables(values),
    demoModelLog: '/state/logs/demo.ndjson',
    access,
  });
}

test('settings of tools and budget reach the worker under the names by which they are given', () => {
  const given = {
    PERDURE_ENABLED_TOOLS: 'shell, sql-query',
    PERDURE_SQL_DATABASE: 'shop.db',
    PERDURE_BUDGET_TOKENS: '9000',
    PERDURE_BUDGET_TURNS: '7',
    PERDURE_BUDGET_MINUTES: '30',
  };
  expect(envOf({ env: given })).toMatchObject({
    ...given,
    PERDURE_ENABLED_TOOLS: 'shell,sql-query',
    PERDURE_SQL_DATABASE: '/project/shop.db',
  });
});

test('what is not set is not handed on, and defaults are', () => {
  const env = envOf({});
  expect(env).toMatchObject({ PERDURE_BUDGET_TURNS: '500' });
  for (const name of ['ENABLED_TOOLS', 'SQL_DATABASE', 'BUDGET_TOKENS', 'BUDGET_MINUTES']) {
    expect(env).not.toHaveProperty(`PERDURE_${name}`);
  }
});

const groq = {
  env: { MODEL_ID: 'groq/llama-3.3-70b' },
  envFile: { GROQ_API_KEY: 'gsk-hunter2', TENANT: 'tenant-hunter2' },
  yaml: {
    model: { contextTokens: 32_000 },
    models: {
      groq: {
        baseUrl: 'https://api.groq.com/openai/v1',
        key: 'env:GROQ_API_KEY',
        headers: { 'x-tenant': 'env:TENANT' },
      },
    },
  },
};

test('model servers reach the worker as JSON without a secret, the secrets as the variables that it names', () => {
  const env = envOf(groq);
  expect(env['PERDURE_MODELS']).not.toContain('hunter2');
  const { servers, general, defaultModel } = modelsSettingsSchema.parse(JSON.parse(env['PERDURE_MODELS'] ?? ''));
  expect(defaultModel).toBe('groq/llama-3.3-70b');
  expect(general).toMatchObject({ contextTokens: 32_000, limits: { firstByteMs: 900_000 } });
  expect(servers).toMatchObject([{ name: 'groq', api: 'chat', keyVariable: 'GROQ_API_KEY' }]);
  expect(env).toMatchObject({ GROQ_API_KEY: 'gsk-hunter2', TENANT: 'tenant-hunter2' });
});

test('no other part is told a key, be it from a file or from the environment of the launcher', () => {
  const base = { GROQ_API_KEY: 'gsk-hunter2', AI_API_KEY: 'sk-hunter2', PATH: '/bin' };
  for (const part of ['server', 'demo-model'] as const) {
    const env = envOf(groq, part, base);
    expect(JSON.stringify(env)).not.toContain('hunter2');
    expect(env).toMatchObject({ PATH: '/bin', MODEL_ID: 'groq/llama-3.3-70b' });
  }
});

test('where nothing is configured the demo model answers, with a key that is none', () => {
  const env = envOf({});
  expect(env).toMatchObject({ PERDURE_MODEL_KIND: 'demo', AI_API_KEY: 'demo', PERDURE_DEMO_MODEL_PORT: '7378' });
  expect(modelsSettingsSchema.parse(JSON.parse(env['PERDURE_MODELS'] ?? ''))).toMatchObject({
    servers: [{ name: 'default', baseUrl: 'http://127.0.0.1:7378/v1' }],
    defaultModel: 'default/demo-model',
  });
});

test('proxies reach the worker as they were given', () => {
  const proxies = { HTTPS_PROXY: 'http://proxy:3128', https_proxy: '', HTTP_PROXY: 'http://p', NO_PROXY: '.local' };
  expect(envOf({}, 'worker', proxies)).toMatchObject(proxies);
});

test('compiled code is kept for parts that load our code alone, and where a person said so already', () => {
  expect(withCompiledCode({}, 'server', '/ours')).toEqual({ NODE_COMPILE_CACHE: '/ours' });
  expect(withCompiledCode({}, 'worker', '/ours')).toEqual({});
  expect(withCompiledCode({}, 'server', undefined)).toEqual({});
  expect(withCompiledCode({ NODE_COMPILE_CACHE: '/theirs' }, 'server', '/ours')).toEqual({
    NODE_COMPILE_CACHE: '/theirs',
  });
});

test('the folder of credentials of systemd, which may hold the key of the vaults, is told to the server alone', () => {
  const base = { CREDENTIALS_DIRECTORY: '/run/credentials/perdure.service' };
  const told = (['server', 'worker', 'demo-model'] as const).map((part) => envOf({}, part, base).CREDENTIALS_DIRECTORY);
  expect(told).toEqual([base.CREDENTIALS_DIRECTORY, undefined, undefined]);
});

test('how other machines come in is told to the server alone, and only where it was asked for', () => {
  const base = { PERDURE_PUBLIC: '{"door":{"port":1}}' };
  for (const part of ['server', 'worker', 'demo-model'] as const)
    expect(envOf({}, part, base)).not.toHaveProperty('PERDURE_PUBLIC');
  const access = { door: { port: 7443, tls: { cert: '/c', key: '/k' } } };
  const told = (['server', 'worker', 'demo-model'] as const).map(
    (part) => envOf({}, part, base, access).PERDURE_PUBLIC,
  );
  expect(told).toEqual([JSON.stringify(access), undefined, undefined]);
});
