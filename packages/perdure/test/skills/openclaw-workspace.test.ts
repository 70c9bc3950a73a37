import { describe, expect, test } from 'vitest';
import { openClawWorkspace, type OpenClawAt } from '../../src/skills/openclaw-workspace.ts';

function workspace(env: OpenClawAt['env'], files: Readonly<Record<string, string>> = {}): string {
  return openClawWorkspace({ env, homedir: '/home/ada', readFile: (path) => files[path] });
}

const config = (path: string) => JSON.stringify({ agents: { defaults: { workspace: path } } });

describe('the workspace of OpenClaw', () => {
  test.each([
    ['by default', {}, {}, '/home/ada/.openclaw/workspace'],
    ['of a profile', { OPENCLAW_PROFILE: 'work' }, {}, '/home/ada/.openclaw-work/workspace'],
    ['of the profile that is the default', { OPENCLAW_PROFILE: 'default' }, {}, '/home/ada/.openclaw/workspace'],
    ['of a state directory', { OPENCLAW_STATE_DIR: '/srv/claw' }, {}, '/srv/claw/workspace'],
    ['named by the environment', { OPENCLAW_WORKSPACE_DIR: '~/claw' }, {}, '/home/ada/claw'],
    ['in the configuration', {}, { '/home/ada/.openclaw/openclaw.json': config('~/a') }, '/home/ada/a'],
    [
      'in the configuration, whatever the environment names',
      { OPENCLAW_WORKSPACE_DIR: '/b' },
      { '/home/ada/.openclaw/openclaw.json': config('/a') },
      '/a',
    ],
    ['in another configuration', { OPENCLAW_CONFIG_PATH: '~/c.json' }, { '/home/ada/c.json': config('/a') }, '/a'],
    [
      'where the configuration names none',
      {},
      { '/home/ada/.openclaw/openclaw.json': '{}' },
      '/home/ada/.openclaw/workspace',
    ],
  ] as const)('%s', (_, env, files, expected) => {
    expect(workspace(env, files)).toBe(expected);
  });

  test('is not guessed where the configuration cannot be read, but may be named', () => {
    const files = { '/home/ada/.openclaw/openclaw.json': '{ agents: {} } // mine' };
    expect(() => workspace({}, files)).toThrow('is no plain JSON');
    expect(workspace({ OPENCLAW_WORKSPACE_DIR: '/b' }, files)).toBe('/b');
  });
});
