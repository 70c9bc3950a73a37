/**
 * Gateways that somebody set up by hand, mended: as far as was asked for, or as they were, whatever fails or dies on
 * the way. The homes are those of the provisioners of old, the record, files and archives are real.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { FindingCode } from '@perdure/fleet';
import { adopt, mend, planMend, type ControlDeps } from '@perdure/fleet/control';
import { entriesBelow } from '@perdure/home';
import { handMadeSecrets, makeHandMade, type HandMade } from '@perdure/testing';
import JSON5 from 'json5';
import { describe, expect, it } from 'vitest';
import { detailsOf, scanGateways, scanHome } from '../../src/host/scan.ts';
import { channelKeyOf } from '../../src/openclaw/index.ts';
import { controlOf as usualControl } from './control.ts';
import type { Fault } from './faults.ts';
import { unlike } from './judge.ts';
import { Trial, type TrialOptions } from './trial.ts';

const words = [
  '/usr/bin/node',
  '/opt/openclaw/openclaw.mjs',
  '--profile',
  'scout',
  'gateway',
  'run',
  '--port',
  '18790',
];

/** As a server takes orders, of gateways that are really there. */
function controlOf(trial: Trial): ControlDeps {
  const { world, accountHome } = trial;
  const usual = usualControl(trial);
  const processes = async () =>
    [...world.processes].map(([home, { pid }]) => ({ pid, startedAt: '1', profile: '', stateDir: home, words: [] }));
  const scan = { accountHome, processes };
  return {
    ...usual,
    host: {
      ...usual.host,
      uid: process.getuid?.() ?? 0,
      find: async (named) =>
        await scanHome(named.startsWith('/') ? named : join(accountHome, `.openclaw-${named}`), scan),
      scan: async () => await scanGateways(scan),
      detailsOf: async (found) => await detailsOf(found, accountHome),
      channelKey: async (home) => channelKeyOf(home),
      observe: async (wanted) => ({ ...(await usual.host.observe(wanted)), bases: [18_790, 18_791] }),
    },
    serviceOf: (kind) => (kind === 'its_own' ? world.theirs.manager : world.manager),
  };
}

interface Siblings extends TrialOptions {
  readonly made?: Partial<HandMade>;
  /** Whether its job is loaded; default: it is. */
  readonly isLoaded?: boolean;
  readonly prepare?: (home: string) => void;
}

/** The scout, with a sibling one port beside it, adopted. */
async function adopted({ made = {}, isLoaded = true, prepare, ...options }: Siblings = {}) {
  const trial = await Trial.open(options);
  const { accountHome, world } = trial;
  const given = { accountHome, service: 'launchd', words, ...made } as const;
  const { home, file = '' } = makeHandMade({ ...given, handle: 'scout', port: 18_790 });
  makeHandMade({ ...given, handle: 'clerk', port: 18_791, service: 'none' });
  prepare?.(home);
  const job = { name: 'com.openclaw.scout', file };
  world.theirs.homes.set(job.name, home);
  if (isLoaded && file !== '') world.theirs.load(job);
  const before = picture(home);
  const control = controlOf(trial);
  const outcome = await adopt(control, { familyId: 'f', named: 'scout' });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  await adopt(control, { familyId: 'f', named: 'clerk' });
  const from = { calls: trial.faults.calls, asked: trial.asked };
  const order = async (findings?: readonly FindingCode[], planHash?: string) =>
    await mend(control, { principalId: 'p-scout', findings, planHash });
  const mended = async (findings?: readonly FindingCode[]) => {
    const ordered = await order(findings);
    if (ordered.kind === 'refused') throw new Error(ordered.message);
    return await trial.finished(ordered.gateway.runId ?? '');
  };
  const left = async () => {
    const plan = await planMend(control, { principalId: 'p-scout' });
    return plan.kind === 'refused' ? [plan.message] : plan.remedies.map(({ code }) => code);
  };
  return { trial, home, file, before, from, order, mended, left, control, gateway: outcome.gateway };
}

/** All that is in a home, with permissions, as text. */
function picture(home: string): readonly string[] {
  const lines = entriesBelow(home).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const mode = (lstatSync(path).mode & 0o777).toString(8);
    const sum = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 12) : '-';
    return `${relative(home, path)} ${mode} ${sum}`;
  });
  // What it prints is written into logs by whoever runs it.
  return [...lines, `. ${(lstatSync(home).mode & 0o777).toString(8)}`]
    .filter((line) => !line.startsWith('logs'))
    .toSorted();
}

const settingsIn = (home: string) =>
  JSON.parse(readFileSync(join(home, 'openclaw.json'), 'utf8')) as Record<string, never>;
const textIn = (home: string, name: string) => readFileSync(join(home, name), 'utf8');

function withLinks(home: string): void {
  symlinkSync('/usr/share', join(home, 'workspace', 'shared'));
  chmodSync(join(home, 'workspace', 'SOUL.md'), 0o400);
}

function withWorkspaceBehindLink(home: string): void {
  const away = join(home, '..', 'away');
  mkdirSync(away);
  renameSync(join(home, 'workspace'), join(away, 'workspace'));
  symlinkSync(away, join(home, 'link'));
  const defaults = { workspace: join(home, 'link', 'workspace') };
  const settings = { ...settingsIn(home), agents: { defaults } };
  writeFileSync(join(home, 'openclaw.json'), JSON.stringify(settings));
}

function withTwoServices(home: string): void {
  const folder = join(home, '..', 'Library', 'LaunchAgents');
  const text = readFileSync(join(folder, 'com.openclaw.scout.plist'), 'utf8');
  writeFileSync(join(folder, 'ai.openclaw.scout.plist'), text);
}

function withStrangeFiles(home: string): void {
  const plain = textIn(home, 'openclaw.json');
  const strange = `"__proto__": { "x": 1 }, 'ünïcode {1F525}': "${'é'.repeat(100_000)}", // mine`;
  writeFileSync(join(home, 'openclaw.json'), plain.replace('{', `{ ${strange}\n`));
  const text = JSON.stringify({ anthropic: { type: 'api_key', key: handMadeSecrets.model } });
  writeFileSync(
    join(home, 'agents', 'main', 'agent', 'auth.json'),
    text.replace('{', `{"__proto__":{"type":"api_key","key":"canary-proto"},"constructor":{"type":"oauth"},`),
  );
  const file = join(home, '..', 'Library', 'LaunchAgents', 'com.openclaw.scout.plist');
  const variable = "<key>NOTE</key><string><![CDATA[a & b 'c']]> &amp; d</string>";
  writeFileSync(file, readFileSync(file, 'utf8').replace('<key>PATH</key>', `${variable}<key>PATH</key>`));
}

describe('a sibling that a provisioner of old made', () => {
  it('is mended in all that can be, and is one of ours then', async () => {
    const { trial, home, file, mended, left } = await adopted();
    await using _ = trial;
    const run = await mended();
    const gateway = await trial.store.get('p-scout');
    expect([run.status, gateway?.problem, gateway?.status]).toEqual(['completed', undefined, 'ready']);
    expect(await left()).toEqual([]);
    expect(gateway).toMatchObject({ service: 'supervisor', serviceName: 'service scout', wanted: 'up', port: 18_910 });
    expect(gateway).not.toHaveProperty('runner');
    expect(gateway?.credential).toEqual({ kind: 'vault', reference: 'v-p-scout/anthropic/key' });
    expect(trial.world.values.get('v-p-scout/anthropic/key')).toBe(handMadeSecrets.model);
    expect(trial.world.values.get('v-p-scout/openrouter/key')).toBe(handMadeSecrets.other);
    expect(existsSync(file)).toBe(false);
    expect([...trial.world.processes.keys()]).toEqual([home]);
    const secrets = JSON.parse(textIn(home, 'secrets.json')) as object;
    expect(secrets).toMatchObject({ hub: trial.world.keys.get('p-scout'), model: handMadeSecrets.model });
    expect(settingsIn(home)).toMatchObject({
      gateway: { port: 18_910, bind: 'loopback', auth: { mode: 'token', token: { id: '/gateway' } } },
      channels: { sesame: { apiUrl: 'http://127.0.0.1:7373', apiKey: { id: '/hub' }, allowFrom: ['*'] } },
      models: { providers: { anthropic: { apiKey: { id: '/model' } } } },
    });
    expect(textIn(home, '.env')).toBe('HTTPS_PROXY=http://proxy.local:3128\n');
    expect(textIn(home, 'workspace/AGENTS.md')).toContain('## Tools\n\n### The oven');
    expect(readdirSync(join(home, 'workspace')).toSorted()).toEqual(['AGENTS.md', 'BOOTSTRAP.md', 'SOUL.md', 'memory']);
    expect(textIn(home, 'workspace/memory/2026-02-01.md')).toContain('scout remembers this');
    expect(textIn(home, 'agents/main/sessions/main.jsonl')).toContain('before');
    expect(existsSync(join(home, 'extensions', 'sesame', 'dist'))).toBe(false);
  });

  it('leaves no secret of its own in the record or in what is told, and what lies beside the archive is for nobody else', async () => {
    const { trial, mended } = await adopted();
    await using _ = trial;
    await mended();
    const said = JSON.stringify([
      trial.runs.recorded(),
      [...trial.world.said.values()],
      [...trial.world.activities.values()],
    ]);
    expect(said).not.toMatch(/canary/);
    const strays = entriesBelow(trial.archives).filter(
      ({ parentPath, name }) => parentPath.endsWith('.kept') && (statSync(join(parentPath, name)).mode & 0o077) !== 0,
    );
    expect(strays.map(({ name }) => name)).toEqual([]);
    const modes = readdirSync(trial.archives).map((name) => statSync(join(trial.archives, name)).mode & 0o077);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('is touched in what was named, and nowhere else', async () => {
    const { trial, home, file, before, mended, left } = await adopted();
    await using _ = trial;
    const unmended = await left();
    expect((await mended(['no_token'])).status).toBe('completed');
    const changed = picture(home).filter((line) => !before.includes(line));
    expect(changed.map((line) => line.split(' ')[0])).toEqual(['openclaw.json', 'secrets.json']);
    expect(await left()).toEqual(unmended.filter((code) => code !== 'no_token'));
    const gateway = await trial.store.get('p-scout');
    expect(gateway).toMatchObject({ service: 'its_own', serviceName: 'com.openclaw.scout' });
    expect(existsSync(file)).toBe(true);
    expect(trial.world.theirs.loaded).toEqual(new Set(['com.openclaw.scout']));
    expect((await mended(['no_token'])).status).toBe('completed');
  });

  it.each<[FindingCode, Partial<HandMade>]>([
    ['auth_files', {}],
    ['not_loopback', {}],
    ['ports_meet', {}],
    ['service_by_hand', {}],
    ['no_service', { service: 'none' }],
    ['open_secrets', {}],
    ['loose_files', {}],
    ['other_hub', {}],
    ['files_not_read', {}],
    ['bootstrap_lost', {}],
  ])('is rid of %s by its remedy', async (code, made) => {
    const { trial, mended, left } = await adopted({ made });
    await using _ = trial;
    expect(await left()).toContain(code);
    const run = await mended([code]);
    expect([run.status, run.error]).toEqual(['completed', undefined]);
    expect(await left()).not.toContain(code);
  });

  it('that is not well afterwards is as it was: its files, its service, and it runs', async () => {
    const { trial, home, file, before, mended, gateway: was } = await adopted();
    await using _ = trial;
    const text = readFileSync(file, 'utf8');
    trial.world.nature = 'no key';
    const run = await mended();
    expect(run.status).toBe('failed');
    expect(picture(home)).toEqual(before);
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([text, 0o644]);
    const gateway = await trial.store.get('p-scout');
    expect(gateway?.problem).toMatch(/It is as it was\.$/);
    const { service, serviceName, port, credential, wanted, status } = was;
    expect(gateway).toMatchObject({ service, serviceName, port, credential, wanted, status });
    expect(gateway?.runner?.services).toEqual(was.runner?.services);
    expect(trial.world.theirs.loaded).toEqual(new Set(['com.openclaw.scout']));
    expect([trial.world.processes.size, trial.world.installed.size, trial.world.keys.size]).toEqual([1, 0, 0]);
  });

  it('is refused where something of it has changed since the plan, and touched in nothing', async () => {
    const { trial, home, order, control } = await adopted();
    await using _ = trial;
    const plan = await planMend(control, { principalId: 'p-scout' });
    if (plan.kind === 'refused') throw new Error(plan.message);
    writeFileSync(join(home, 'workspace', 'TOOLS.md'), '# Tools\n\nSomething else.\n');
    const then = picture(home);
    const refused = await order(['loose_files'], plan.hash);
    expect(refused).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/has changed since that plan/) as string,
    });
    expect(picture(home)).toEqual(then);
  });

  it.each<[string, (home: string) => void, RegExp]>([
    [
      'a file of secrets of somebody else',
      (home) => writeFileSync(join(home, 'secrets.json'), '{"mine":1}'),
      /secrets.json is there, and is not ours/,
    ],
    [
      'a pipe for its variables',
      (home) => void spawnSync('mkfifo', [join(home, '.env')]),
      /\.env is no plain file, and what it says would be lost/,
    ],
    ['a link for its variables', (home) => symlinkSync('/nowhere', join(home, '.env')), /\.env is no plain file/],
    ['a link for its skills', (home) => symlinkSync('/nowhere', join(home, 'logs')), /logs in it is a link/],
    [
      'a provider of secrets that is called as ours',
      (home) => {
        const secrets = { providers: { member: { source: 'file', path: '/elsewhere', mode: 'json' } } };
        writeFileSync(join(home, 'openclaw.json'), JSON.stringify({ ...settingsIn(home), secrets }));
      },
      /secrets.providers.member .* rename it/,
    ],
  ])('with %s is not mended, and runs on', async (_what, prepare, why) => {
    const { trial, home, before, mended } = await adopted({ prepare });
    await using _ = trial;
    const run = await mended();
    expect([run.status, run.error?.message]).toEqual(['failed', expect.stringMatching(why)]);
    expect(picture(home)).toEqual(before);
    expect(trial.world.processes.size).toBe(1);
  });

  it('whose workspace is behind a link is mended in all but that, and nothing is written where the link leads', async () => {
    const { trial, mended, left } = await adopted({ prepare: withWorkspaceBehindLink });
    await using _ = trial;
    const away = join(trial.accountHome, 'away');
    const before = picture(away);
    expect((await mended()).status).toBe('completed');
    expect([await left(), picture(away)]).toEqual([['files_not_read'], before]);
  });

  it('keeps links that lead out of it, and files that nobody but it can read', async () => {
    const { trial, home, before, mended } = await adopted({ prepare: withLinks });
    await using _ = trial;
    trial.world.nature = 'no key';
    expect((await mended()).status).toBe('failed');
    expect(picture(home)).toEqual(before);
    trial.world.nature = 'well';
    expect((await mended()).status).toBe('completed');
    expect(lstatSync(join(home, 'workspace', 'shared')).isSymbolicLink()).toBe(true);
  });

  it('that nobody would have written so is mended all the same, and keeps what is not known', async () => {
    const { trial, home, mended } = await adopted({ prepare: withStrangeFiles });
    await using _ = trial;
    expect((await mended()).status).toBe('completed');
    const text = textIn(home, 'openclaw.json');
    const settings = JSON5.parse<Record<string, unknown>>(text);
    expect([text.includes('// mine'), Object.hasOwn(settings, '__proto__')]).toEqual([true, true]);
    expect(settings).toMatchObject({ gateway: { bind: 'loopback' } });
    expect(textIn(home, '.env')).toContain(`NOTE="a & b 'c' & d"\n`);
    expect(trial.world.values.get('v-p-scout/__proto__/key')).toBe('canary-proto');
    expect(trial.runs.recorded()).not.toContain('canary');
  });

  it('with two services has one of ours in their place', async () => {
    const { trial, mended, left, file } = await adopted({ prepare: withTwoServices });
    await using _ = trial;
    expect(await left()).toContain('two_services');
    expect((await mended(['two_services'])).status).toBe('completed');
    expect(await left()).not.toContain('two_services');
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });
});

/** All of it is mended, or all is as it was; it runs in both cases. */
async function faultsOf({
  trial,
  home,
  file,
  before,
}: Awaited<ReturnType<typeof adopted>>): Promise<readonly string[]> {
  const gateway = await trial.store.get('p-scout');
  const isKept = gateway?.problem === undefined;
  const { world } = trial;
  const seen = {
    status: gateway?.status,
    service: gateway?.service,
    port: gateway?.port,
    runner: gateway?.runner?.services.map(({ name }) => name),
    home: isKept ? existsSync(join(home, '.perdure-gateway.json')) : picture(home).join('\n'),
    file: existsSync(file),
    loaded: [...world.theirs.loaded],
    runs: world.processes.size,
    installed: world.installed.size,
    keys: world.keys.size,
    member: world.statuses.get('p-scout'),
  };
  const mendedTo = { service: 'supervisor', port: 18_910, runner: undefined, home: true, file: false, loaded: [] };
  const asBefore = {
    service: 'its_own',
    port: 18_790,
    runner: ['com.openclaw.scout'],
    home: before.join('\n'),
    file: true,
    loaded: ['com.openclaw.scout'],
  };
  const wanted = {
    status: 'ready',
    ...(isKept ? mendedTo : asBefore),
    runs: 1,
    installed: isKept ? 1 : 0,
    keys: isKept ? 1 : 0,
    member: 'online',
  };
  const faults = unlike(seen, wanted);
  if (/canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

async function tried(options: Siblings & { readonly isSick?: boolean }) {
  const one = await adopted(options);
  if (options.isSick === true) one.trial.world.nature = 'no key';
  await one.mended();
  return { ...one, faults: await faultsOf(one) };
}

describe.each(['before', 'after'] as const)('a mending, and %s any call of a neighbour', (side) => {
  it.each<[Fault['what'], boolean]>([
    ['refuses', false],
    ['dies', false],
    ['dies', true],
  ])('that %s, all is mended or as it was (it comes up sick: %s)', { timeout: 300_000 }, async (what, isSick) => {
    const first = await tried({ isSick });
    await using _ = first.trial;
    expect(first.faults).toEqual([]);
    expect(first.trial.faults.calls - first.from.calls).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (let at = first.from.calls + 1; at <= first.trial.faults.calls; at += 1) {
      const one = await tried({ isSick, fault: { at, side, what } });
      await using _one = one.trial;
      wrong.push(...one.faults.map((fault) => `${at} ${one.trial.faults.names[at - 1]}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['worker dies', 'cancel'] as const)('where the %s, nothing is half', { timeout: 300_000 }, async (what) => {
    const first = await tried({});
    await using _ = first.trial;
    const wrong: string[] = [];
    for (let at = first.from.asked + 1; at <= first.trial.asked; at += 1) {
      const steps: string[] = [];
      const one = await tried({ asking: { at, side, what }, onAsk: ({ step }) => void steps.push(step) });
      await using _one = one.trial;
      wrong.push(...one.faults.map((fault) => `${at} ${steps.at(-1)}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });
});
