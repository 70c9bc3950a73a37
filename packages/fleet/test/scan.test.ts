/** Siblings as the provisioners of old made them by hand: found, and told what is wrong with each. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findingsOf, type FoundGateway } from '@perdure/fleet';
import { scanGateways } from '@perdure/fleet/scan';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { channelKeyOf } from '../src/openclaw/index.ts';
import { scanProc, type GatewayProcess } from '../src/host/scan-processes.ts';

let account: string;

beforeEach(() => {
  account = mkdtempSync(join(tmpdir(), 'perdure-scan-'));
  onTestFinished(() => rmSync(account, { recursive: true }));
});

function put(path: string, text: string, mode = 0o600): void {
  const file = join(account, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text);
  chmodSync(file, mode);
}

const plist = (handle: string) => `<?xml version="1.0"?><plist version="1.0"><dict>
<key>Label</key><string>com.openclaw.${handle}</string>
<key>ProgramArguments</key><array><string>/usr/local/bin/openclaw</string><string>--profile</string>
<string>${handle}</string><string>gateway</string><string>run</string></array>
<key>EnvironmentVariables</key><dict><key>ANTHROPIC_API_KEY</key><string>sk-ant-of-the-lead</string></dict>
</dict></plist>`;

/** As the skill of the seed leaves it behind. */
function byHand(handle: string, port: number): void {
  const home = `.openclaw-${handle}`;
  const settings = `{
    // written by generate-config.sh
    gateway: { mode: 'local', port: ${port}, },
    channels: { sesame: { enabled: true, apiKey: "sk_sesame_secret_of_${handle}", allowFrom: ["*"] } },
    plugins: { entries: { sesame: { enabled: true } } },
  }`;
  put(`${home}/openclaw.json`, settings, 0o644);
  put(`${home}/agents/main/agent/auth.json`, '{"anthropic":{"type":"api_key","key":"sk-ant-copied"}}', 0o644);
  put(`${home}/agents/main/agent/auth-profiles.json`, '{}');
  put(`${home}/extensions/sesame/package.json`, '{"name":"@sesamespace/sesame","version":"0.2.9"}');
  for (const name of ['AGENTS.md', 'TOOLS.md', 'SOUL.md', 'BOOTSTRAP.md', 'HEARTBEAT.md'])
    put(`${home}/workspace/${name}`, name);
  put(`Library/LaunchAgents/com.openclaw.${handle}.plist`, plist(handle));
}

const none = async (): Promise<readonly GatewayProcess[]> => [];

async function scan(processes = none): Promise<readonly FoundGateway[]> {
  return await scanGateways({ accountHome: account, processes });
}

const codes = (gateway: FoundGateway, others: readonly FoundGateway[] = []) =>
  findingsOf(gateway, others).map(({ weight, code }) => `${weight} ${code}`);

describe('siblings made by hand', () => {
  it('are found with all that is wrong with them, what stops them first', async () => {
    byHand('scout', 18_790);
    byHand('clerk', 18_791);
    const [clerk, scout] = (await scan()) as [FoundGateway, FoundGateway];
    expect([clerk.handle, scout.handle]).toEqual(['clerk', 'scout']);
    expect(codes(scout, [clerk])).toEqual([
      'stops auth_files',
      'risk no_token',
      'risk not_loopback',
      'risk ports_meet',
      'risk service_by_hand',
      'risk open_secrets',
      'risk open_secrets',
      'risk loose_files',
      'note files_not_read',
      'note bootstrap_lost',
    ]);
  });

  it('are told without a word of their secrets', async () => {
    byHand('scout', 18_790);
    const [scout] = (await scan()) as [FoundGateway];
    const said = JSON.stringify([scout, findingsOf(scout, [])]);
    expect(said).toContain('channels.sesame.apiKey');
    expect(said).toContain('ANTHROPIC_API_KEY');
    expect(said).not.toMatch(/sk[-_](?:ant|sesame)/);
  });

  it('with the same port are told that one of them cannot start', async () => {
    byHand('scout', 18_790);
    byHand('clerk', 18_790);
    const [clerk, scout] = (await scan()) as [FoundGateway, FoundGateway];
    const meets = findingsOf(scout, [clerk]).find(({ code }) => code === 'ports_meet');
    expect(meets).toMatchObject({ weight: 'stops', found: expect.stringContaining('clerk') });
  });

  it('with a service of their own and one of OpenClaw are told of both', async () => {
    byHand('scout', 18_790);
    put('Library/LaunchAgents/ai.openclaw.scout.plist', plist('scout'));
    const [scout] = (await scan()) as [FoundGateway];
    expect(scout.services.map(({ name }) => name).toSorted()).toEqual(['ai.openclaw.scout', 'com.openclaw.scout']);
    expect(codes(scout)).toContain('stops two_services');
  });

  it('whose settings are broken are found all the same, with the place and without what stands there', async () => {
    byHand('scout', 18_790);
    put('.openclaw-scout/openclaw.json', '{ gateway: { port: 18790 }, channels: { key: sk_secret } }');
    const [scout] = (await scan()) as [FoundGateway];
    expect(codes(scout)[0]).toBe('stops settings_unreadable');
    expect(JSON.stringify(scout.settings)).toMatch(/line 1, column \d+/);
    expect(JSON.stringify(scout.settings)).not.toContain('sk_secret');
  });
});

it('a home that a link stands for is told as one, and files behind links are not read', async () => {
  byHand('scout', 18_790);
  symlinkSync(join(account, '.openclaw-scout'), join(account, '.openclaw-twin'));
  put('elsewhere.json', '{ gateway: { port: 1 } }');
  mkdirSync(join(account, '.openclaw-sly', 'agents'), { recursive: true });
  symlinkSync(join(account, 'elsewhere.json'), join(account, '.openclaw-sly', 'openclaw.json'));
  const found = new Map((await scan()).map((one) => [one.handle, one]));
  expect(found.get('twin')?.linkTo).toBe(join(account, '.openclaw-scout'));
  expect(found.get('sly')?.settings).toEqual({ problem: 'openclaw.json is not there' });
});

describe('a home that somebody has made to hold up who looks', () => {
  it.each([
    ['a pipe', (path: string) => void spawnSync('mkfifo', [path])],
    ['a file of a gigabyte', (path: string) => (writeFileSync(path, '{'), truncateSync(path, 1_000_000_000))],
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('with %s for its settings is told as one without, and the others are found', async (_what, make) => {
    byHand('scout', 18_790);
    mkdirSync(join(account, '.openclaw-sly', 'agents'), { recursive: true });
    make(join(account, '.openclaw-sly', 'openclaw.json'));
    const found = await scan();
    expect(found.map(({ handle }) => handle)).toEqual(['scout', 'sly']);
    expect(found[1]?.settings).toEqual({ problem: 'openclaw.json is not there' });
  });

  it('is found though it has thousands of agents, and links in it go round in circles', async () => {
    byHand('scout', 18_790);
    const agents = join(account, '.openclaw-scout', 'agents');
    for (let at = 0; at < 2_000; at += 1) mkdirSync(join(agents, `a${at}`));
    symlinkSync('..', join(agents, 'round'));
    symlinkSync(join(account, '.openclaw-scout'), join(agents, 'main', 'back'));
    const [scout] = await scan();
    expect(scout?.authFiles).toHaveLength(2);
  });

  it('has no auth files behind a link: they are those of somebody else', async () => {
    byHand('scout', 18_790);
    put('.openclaw-sly/openclaw.json', '{}');
    symlinkSync(join(account, '.openclaw-scout', 'agents'), join(account, '.openclaw-sly', 'agents'));
    const found = await scan();
    expect(found.map(({ authFiles }) => authFiles.length)).toEqual([2, 0]);
  });

  it.each(['70000', '-1', '0', '18789.5', '"18789"', '[18789]', '1e400'])(
    'with %s for its port says so',
    async (port) => {
      put('.openclaw-sly/openclaw.json', `{ gateway: { port: ${port} } }`);
      const [sly] = (await scan()) as [FoundGateway];
      expect(sly.settings).toEqual({ problem: 'gateway.port is no port' });
    },
  );

  it.each(['__proto__', 'constructor', 'toString'])(
    'that names %s where a name of its own stands has nothing there',
    (name) => {
      put('.openclaw-sly/openclaw.json', `{ channels: { sesame: { apiKey: "\${${name}}" } } }`);
      put('.openclaw-sly/.env', 'OTHER=1');
      expect(channelKeyOf(join(account, '.openclaw-sly'))).toBeUndefined();
    },
  );

  it('and that is gone while others are looked at keeps nobody from them', async () => {
    byHand('scout', 18_790);
    put('.openclaw-gone/openclaw.json', '{}');
    const found = await scan(async () => (rmSync(join(account, '.openclaw-gone'), { recursive: true }), []));
    expect(found.map(({ handle }) => handle)).toEqual(['scout']);
  });
});

it('a folder that is called like a home and never was one is passed over', async () => {
  mkdirSync(join(account, '.openclaw-archives'));
  put('.openclaw-notes', 'a file');
  expect(await scan()).toEqual([]);
});

it('a gateway as we make it has nothing wrong with it', async () => {
  const settings = {
    gateway: {
      port: 18_910,
      bind: 'loopback',
      auth: { mode: 'token', token: { source: 'file', provider: 'member', id: '/gateway' } },
    },
    agents: { defaults: { skipBootstrap: true } },
    browser: { enabled: false },
    channels: { sesame: { enabled: true, apiKey: { source: 'file', provider: 'member', id: '/hub' } } },
    plugins: { entries: { sesame: { enabled: true } } },
  };
  put('.openclaw-scout/openclaw.json', JSON.stringify(settings));
  put('.openclaw-scout/extensions/sesame/package.json', '{"name":"sesame"}');
  put('.config/systemd/user/openclaw-gateway-scout.service', '[Service]\nEnvironment=OPENCLAW_PROFILE=scout\n');
  const [scout] = (await scan()) as [FoundGateway];
  expect(findingsOf(scout, [])).toEqual([]);
});

function shown(pid: number, words: readonly string[], env: readonly string[] = []): void {
  put(`proc/${pid}/cmdline`, `${words.join('\0')}\0`);
  put(`proc/${pid}/environ`, env.join('\0'));
}
const seen = async () => (await scanProc(join(account, 'proc'))).map(({ profile, stateDir }) => [profile, stateDir]);

describe('a process', () => {
  const entry = '/usr/lib/node_modules/openclaw/dist/index.js';

  it.each([
    ['of a profile', ['node', entry, '--profile', 'scout', 'gateway', 'run'], [], ['scout', undefined]],
    [
      'whose environment names its profile',
      ['node', '--max-old-space-size=900', entry, 'gateway', '--port', '1'],
      ['OPENCLAW_PROFILE=scout'],
      ['scout', undefined],
    ],
    [
      'that gave itself a title',
      ['openclaw-gateway'],
      ['OPENCLAW_STATE_DIR=/h/.openclaw-x'],
      ['default', '/h/.openclaw-x'],
    ],
    ['of the lead', ['/usr/bin/node', '/usr/bin/openclaw', 'gateway'], [], ['default', undefined]],
  ] as const)('%s that runs a gateway is known', async (_what, words, env, expected) => {
    shown(process.pid, words, env);
    expect(await seen()).toEqual([expected]);
  });

  it('that gave itself a title, and names nothing, is of the home whose database it has open', async () => {
    shown(process.pid, ['openclaw-gateway'], ['HOME=/h']);
    mkdirSync(join(account, 'proc', String(process.pid), 'fd'), { recursive: true });
    symlinkSync('/h/.openclaw-scout/state/openclaw.sqlite', join(account, 'proc', String(process.pid), 'fd', '21'));
    expect(await seen()).toEqual([['default', '/h/.openclaw-scout']]);
  });

  it('of another account is none of ours, though a profile of it is called as one of ours', async () => {
    shown(process.pid, ['node', entry, '--profile', 'scout', 'gateway', 'run']);
    const account0 = process.getuid?.() ?? 0;
    expect(await scanProc(join(account, 'proc'), account0 + 1)).toEqual([]);
    expect(await seen()).toEqual([['scout', undefined]]);
  });

  it('that only waits for the gateway that it began is not counted beside it', async () => {
    byHand('scout', 18_790);
    const home = join(account, '.openclaw-scout');
    const one = { startedAt: '1', profile: 'scout', stateDir: home, words: [] };
    const [scout] = await scan(async () => [
      { ...one, pid: 7 },
      { ...one, pid: 8, parent: 7 },
    ]);
    expect(scout?.processes).toEqual([{ pid: 8, startedAt: '1' }]);
  });

  it.each([
    ['that asks a gateway', ['node', entry, '--profile', 'scout', 'gateway', 'status']],
    ['that talks to an agent', ['node', entry, 'agent', '--message', 'gateway']],
    ['that looks for one', ['grep', 'openclaw', 'gateway']],
    ['of a shell that was told so', ['sh', '-c', 'openclaw gateway run']],
  ])('%s is none', async (_what, words) => {
    shown(process.pid, words);
    expect(await seen()).toEqual([]);
  });
});
