import { resolveSettings } from '@perdure/home';
import { expect, test } from 'vitest';
import { childEnv, withCompiledCode } from '../src/child-env.ts';

function envOf(given: Record<string, string>, base: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { values } = resolveSettings({
    flags: {},
    env: given,
    envFile: { path: '/state/.env', content: {} },
    yaml: { path: '/state/perdure.config.yaml', content: undefined },
    cwd: '/project',
    root: '/state',
  });
  return childEnv(base, {
    ...values,
    home: '/state',
    project: '/project',
    model: { kind: 'demo' },
    demoModelLog: '/state/logs/demo.ndjson',
  });
}

test('settings of tools, context and budget reach the worker under the names by which they are given', () => {
  const given = {
    PERDURE_ENABLED_TOOLS: 'shell, sql-query',
    PERDURE_SQL_DATABASE: 'shop.db',
    PERDURE_CONTEXT_TOKENS: '32000',
    PERDURE_BUDGET_TOKENS: '9000',
    PERDURE_BUDGET_TURNS: '7',
    PERDURE_BUDGET_MINUTES: '30',
  };
  expect(envOf(given)).toMatchObject({
    ...given,
    PERDURE_ENABLED_TOOLS: 'shell,sql-query',
    PERDURE_SQL_DATABASE: '/project/shop.db',
  });
});

test('what is not set is not handed on, and defaults are', () => {
  const env = envOf({});
  expect(env).toMatchObject({ PERDURE_CONTEXT_TOKENS: '100000', PERDURE_BUDGET_TURNS: '500' });
  for (const name of ['ENABLED_TOOLS', 'SQL_DATABASE', 'BUDGET_TOKENS', 'BUDGET_MINUTES']) {
    expect(env).not.toHaveProperty(`PERDURE_${name}`);
  }
});

test('compiled code is kept for parts that load our code alone, and where a person said so already', () => {
  expect(withCompiledCode({}, 'server', '/ours')).toEqual({ NODE_COMPILE_CACHE: '/ours' });
  expect(withCompiledCode({}, 'worker', '/ours')).toEqual({});
  expect(withCompiledCode({}, 'server', undefined)).toEqual({});
  expect(withCompiledCode({ NODE_COMPILE_CACHE: '/theirs' }, 'server', '/ours')).toEqual({
    NODE_COMPILE_CACHE: '/theirs',
  });
});
