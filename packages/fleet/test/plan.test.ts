import { describe, expect, it } from 'vitest';
import { askedHome } from '../src/core/checks.ts';
import { planMember, stepIds, type HostFacts, type MemberSpec } from '../src/index.ts';
import { basesOf, isHomeName, settingsOf } from '../src/openclaw/index.ts';

const spec: MemberSpec = {
  handle: 'scout',
  displayName: 'The scout',
  model: 'demo/demo',
  credential: 'given',
};
const host: HostFacts = {
  name: 'box',
  os: 'linux',
  arch: 'x64',
  accountHome: '/home/ada',
  node: '26.10.0',
  openclaw: { path: '/usr/bin/openclaw', version: '2026.9.6' },
  freeMemoryBytes: 8e9,
  freeDiskBytes: 8e9,
  homes: ['.openclaw', '.openclaw-ranger'],
  isHomeThere: false,
  service: 'systemd',
  bases: [18_789, 18_910],
  busyPorts: new Set(),
};

const hashOf = (more: Partial<MemberSpec>, facts: Partial<HostFacts> = {}): string => {
  const plan = planMember({ ...spec, ...more }, { ...host, ...facts });
  return plan.kind === 'plan' ? plan.hash : JSON.stringify(plan);
};

describe('a plan', () => {
  it('says where everything will be, and each thing that stays can be taken back', () => {
    const plan = planMember(spec, host);
    if (plan.kind !== 'plan') throw new Error(JSON.stringify(plan));
    expect(plan).toMatchObject({ home: '/home/ada/.openclaw-scout', port: 19_030, service: 'systemd' });
    expect(plan.steps.map(({ id }) => id)).toEqual(stepIds);
    expect(plan.steps.filter(({ undo }) => undo === undefined).map(({ id }) => id)).toEqual(['health', 'report']);
  });

  it('is the same for the same wish on the same host, and another where anything moved', () => {
    const hashes = [
      hashOf({}),
      hashOf({ model: 'demo/other' }),
      hashOf({ displayName: 'Scout' }),
      hashOf({ port: 20_000 }),
      hashOf({ home: '/srv/scout' }),
      hashOf({}, { bases: [] }),
      hashOf({}, { service: 'launchd' }),
      hashOf({}, { openclaw: { path: '/usr/bin/openclaw', version: '2026.8.2' } }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashOf({})).toBe(hashes[0]);
    // What varies from moment to moment is none of it.
    expect(hashOf({}, { freeMemoryBytes: 7e9 })).toBe(hashes[0]);
  });

  it('takes our own supervisor for a home that OpenClaw installs no service for', () => {
    expect(planMember({ ...spec, home: '/srv/scout' }, host)).toMatchObject({ service: 'supervisor' });
    expect(planMember(spec, host, { service: 'dry' })).toMatchObject({ service: 'dry' });
  });

  it.each<[string, Partial<MemberSpec>, Partial<HostFacts>, string]>([
    ['a handle of OpenClaw’s own', { handle: 'gateway' }, {}, 'handle'],
    ['a home that differs in case alone', { handle: 'ranger' }, { homes: ['.openclaw-Ranger'] }, 'home'],
    ['a home that is there', { home: '/srv/x' }, { isHomeThere: true }, 'home'],
    ['a home behind a link', { home: '/srv/x' }, { homeLeadsTo: '/home/ada/.openclaw-ranger/x' }, 'home'],
    ['a home that is no whole path', { home: 'agents/scout' }, {}, 'home'],
    ['a home in a roundabout way', { home: '/home/ada/x/../.openclaw-ranger/in' }, {}, 'home'],
    ['a home with a line break', { home: '/srv/a\nb' }, {}, 'home'],
    ['a home that reads the other way round', { home: '/srv/a\u202eb' }, {}, 'home'],
    ['a home within that of another', { home: '/home/ada/.openclaw-Ranger/workspace/in' }, {}, 'home'],
    ['a port that others behind it would not fit to', { port: 65_535 }, {}, 'port'],
    ['a port of the system', { port: 80 }, {}, 'port'],
    ['an old Node', {}, { node: 'v24.15.9' }, 'node'],
    ['no memory', {}, { freeMemoryBytes: 1e9 }, 'memory'],
    ['no disk', {}, { freeDiskBytes: 1e6 }, 'disk'],
    ['a model without a provider', { model: 'x' }, {}, 'model'],
    ['no key', { credential: 'none' }, {}, 'credential'],
    ['a port of a neighbour', { port: 18_900 }, {}, 'port'],
  ])('is not made for %s, and says what to do', (_what, wish, facts, id) => {
    const outcome = planMember({ ...spec, ...wish }, { ...host, ...facts });
    const wrong = outcome.checks.filter(({ problem }) => problem !== undefined);
    expect([outcome.kind, ...wrong.map((check) => check.id)]).toEqual(['blocked', id]);
  });

  it.each([
    [undefined, undefined],
    ['~/.openclaw-scout', undefined],
    ['/home/ada/.openclaw-scout/', undefined],
    ['/srv/.openclaw-scout', '/srv/.openclaw-scout'],
    ['~/agents/scout', '/home/ada/agents/scout'],
    ['~eve/scout', '~eve/scout'],
  ])('takes a home that is asked for as %s to be %s', (named, home) => {
    expect(askedHome(named, { handle: 'scout', accountHome: '/home/ada' })).toBe(home);
  });

  it('is not made without OpenClaw', () => {
    const { openclaw: _none, ...without } = host;
    expect(planMember(spec, without)).toMatchObject({ kind: 'blocked' });
  });
});

describe('homes of gateways', () => {
  it('are known by their names', () => {
    const names = ['.openclaw', '.openclaw-scout', '.OpenClaw-x', '.openclawx', 'openclaw', '.openclaw-'];
    expect(names.filter(isHomeName)).toEqual(['.openclaw', '.openclaw-scout', '.OpenClaw-x']);
  });

  it.each([
    ['{"gateway":{"port":18840}}', 18_840],
    ['{ // mine\n gateway: { bind: "loopback", port: 18_840 } }', 18_789],
    ["{ 'gateway': { 'port': 19000, }, }", 19_000],
    ['{"port":1,"gateway":{"mode":"local"}}', 18_789],
    ['garbage', 18_789],
  ])('have the port of their settings, or the default one: %j', (settings, port) => {
    expect(basesOf([{ name: '.openclaw', settings }, { name: '.openclaw-empty' }])).toEqual([port]);
  });
});

it('who says that a model needs no key does not have its provider believe that there is one', () => {
  const made = { home: '/h', port: 18_910, model: 'anthropic/a', hubUrl: 'http://127.0.0.1:7373', isKeyless: true };
  expect(settingsOf(made)).not.toHaveProperty('models');
  const modelServer = { baseUrl: 'http://127.0.0.1:1234/v1', api: 'openai-completions' };
  expect(settingsOf({ ...made, modelServer })).toHaveProperty('models.providers.anthropic.apiKey');
});

it('settings of a member hold no secret, and are closed to the network', () => {
  const settings = settingsOf({ home: '/h', port: 18_910, model: 'openrouter/a/b', hubUrl: 'http://127.0.0.1:7373' });
  expect(settings).toMatchObject({
    gateway: { bind: 'loopback', auth: { token: { source: 'file' } } },
    models: { providers: { openrouter: { apiKey: { source: 'file', id: '/model' } } } },
    channels: { sesame: { apiKey: { source: 'file', id: '/hub' } } },
    agents: { defaults: { skipBootstrap: true } },
  });
});
