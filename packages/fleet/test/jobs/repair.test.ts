/** A home that was edited or damaged: what is ours is told of and made anew, what others have put there stays. */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Trial, type TrialOptions } from './trial.ts';

const repair = { kind: 'settings', to: {} } as const;

type Damage = (home: string, trial: Trial) => void;

async function damaged(damage: Damage, options: TrialOptions = {}) {
  const trial = await Trial.open(options);
  await trial.provision();
  const home = join(trial.accountHome, '.openclaw-scout');
  // Of people, beside ours.
  mkdirSync(join(home, 'skills', 'cooking'));
  writeFileSync(join(home, 'skills', 'cooking', 'SKILL.md'), 'How to cook');
  mkdirSync(join(home, 'extensions', 'weather'));
  writeFileSync(join(home, 'extensions', 'weather', 'index.js'), '');
  writeFileSync(join(home, 'workspace', 'SOUL.md'), 'in its own words');
  rmSync(join(home, 'workspace', 'BOOTSTRAP.md'));
  settings(home, (one) => (one['channels'] = { ...(one['channels'] as object), telegram: { enabled: true } }));
  damage(home, trial);
  return { trial, home };
}

function settings(home: string, change: (settings: Record<string, unknown>) => void): void {
  const path = join(home, 'openclaw.json');
  const value = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(value);
  writeFileSync(path, JSON.stringify(value));
}

const put =
  (path: string, text: string): Damage =>
  (home) => {
    rmSync(join(home, path), { recursive: true, force: true });
    writeFileSync(join(home, path), text);
  };
const without =
  (path: string): Damage =>
  (home) =>
    rmSync(join(home, path), { recursive: true });
const link =
  (path: string): Damage =>
  (home, { accountHome }) => {
    mkdirSync(join(accountHome, 'elsewhere'));
    writeFileSync(join(accountHome, 'elsewhere', 'theirs'), 'theirs');
    rmSync(join(home, path), { recursive: true });
    symlinkSync(join(accountHome, 'elsewhere'), join(home, path));
  };
const mode =
  (path: string, bits: number): Damage =>
  (home) =>
    chmodSync(join(home, path), bits);

/** What is told of it; the rest of its settings stays unless they cannot be read. */
const damages: readonly (readonly [string, Damage, RegExp])[] = [
  ['settings are garbage', put('openclaw.json', '{ "gateway": canary'), /^openclaw.json: it cannot be read: line 1/],
  ['settings are gone', without('openclaw.json'), /^openclaw.json: missing/],
  [
    'settings are a folder',
    (home) => (without('openclaw.json')(home, {} as Trial), mkdirSync(join(home, 'openclaw.json'))),
    /^openclaw.json: is a folder/,
  ],
  ['settings are a link', link('openclaw.json'), /^openclaw.json: is a link/],
  ['settings are loose', mode('openclaw.json', 0o644), /^openclaw.json: others may use it \(0644\)/],
  [
    'its port is another',
    (home) => settings(home, (one) => (one['gateway'] = { mode: 'local', port: 1 })),
    /gateway\.port: 1/,
  ],
  ['its plugin is gone', without('extensions/sesame'), /^extensions\/sesame: missing/],
  ['its plugin is edited', put('extensions/sesame/index.js', 'evil()'), /^extensions\/sesame: changed: index.js/],
  ['its plugin has more', put('extensions/sesame/more.js', ''), /^extensions\/sesame: not of this release: more.js/],
  ['its plugin is a link', link('extensions/sesame'), /^extensions\/sesame: is a link/],
  ['its skill is edited', put('skills/perdure/SKILL.md', 'Do evil'), /^skills\/perdure: changed: SKILL.md/],
  ['its logs are a file', put('logs', ''), /^logs: is a file/],
  ['its secrets are gone', without('secrets.json'), /^secrets.json: missing; becomes: a new key/],
  ['its secrets are garbage', put('secrets.json', '{'), /^secrets.json: is damaged; becomes: a new key/],
  ['its secrets are a link', link('secrets.json'), /^secrets.json: is a link; becomes: a new key/],
  ['its secrets are loose', mode('secrets.json', 0o644), /^secrets.json: others may use it \(0644\)/],
  [
    'its key is another',
    put('secrets.json', '{"hub":"canary","gateway":"t","model":"m"}'),
    /^secrets.json: its key opens nothing/,
  ],
  [
    'the key of its model is another',
    (home, { world }) =>
      put('secrets.json', JSON.stringify({ hub: world.keys.get('p-scout'), gateway: 't', model: 'canary' }))(
        home,
        {} as Trial,
      ),
    /^secrets.json: the key of its model is another/,
  ],
  ['its home is loose', mode('.', 0o777), /^its home: others may use it \(0777\)/],
  ['its workspace is gone', without('workspace'), /^workspace: missing/],
  ['it does not know the rules', without('workspace/AGENTS.md'), /^workspace\/AGENTS.md: missing/],
];

describe.each(damages)('a home in which %s', (what, damage, told) => {
  it('is told of and repaired, and stays as people have it', async () => {
    const { trial, home } = await damaged(damage);
    await using _ = trial;
    const differences = await trial.look();
    expect(
      differences.map(
        ({ at, found, becomes }) => `${at.replace('openclaw.json: ', '')}: ${found}; becomes: ${becomes}`,
      ),
    ).toContainEqual(expect.stringMatching(told));
    expect(JSON.stringify(differences)).not.toContain('canary');
    const run = await trial.change(repair);
    expect([run.status, run.error, await trial.look()]).toEqual(['completed', undefined, []]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(home, 'skills', 'cooking', 'SKILL.md'), 'utf8')).toBe('How to cook');
    expect(existsSync(join(home, 'extensions', 'weather', 'index.js'))).toBe(true);
    if (!what.includes('workspace')) expect(trial.disk.read('workspace/SOUL.md')).toBe('in its own words');
    expect(existsSync(join(home, 'workspace', 'BOOTSTRAP.md'))).toBe(false);
    const isKept = !/settings are (?!loose)/.test(what);
    expect(trial.disk.read('openclaw.json').includes('telegram')).toBe(isKept);
    const elsewhere = join(trial.accountHome, 'elsewhere');
    if (existsSync(elsewhere)) expect(readdirSync(elsewhere)).toEqual(['theirs']);
    expect(trial.world.keys.get('p-scout')).toBe((JSON.parse(trial.disk.read('secrets.json')) as { hub: string }).hub);
    expect(trial.runs.recorded()).not.toContain('canary');
  });
});

it.each(['extensions', 'skills'])(
  'the link that %s became is a folder again, and what it led to stays',
  async (name) => {
    const { trial, home } = await damaged(link(name));
    await using _ = trial;
    expect((await trial.look()).map(({ at, found }) => `${at}: ${found}`)).toEqual([`${name}: is a link`]);
    await trial.change(repair);
    expect(lstatSync(join(home, name)).isDirectory()).toBe(true);
    expect([await trial.look(), readdirSync(join(trial.accountHome, 'elsewhere'))]).toEqual([[], ['theirs']]);
  },
);

it('a workspace that is a link is the choice of somebody, and nothing is looked for in it', async () => {
  const { trial, home } = await damaged(link('workspace'));
  await using _ = trial;
  expect(await trial.look()).toEqual([]);
  await trial.change(repair);
  expect(lstatSync(join(home, 'workspace')).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(trial.accountHome, 'elsewhere'))).toEqual(['theirs']);
});

it('a home as it was made differs in nothing, and settings that are as they are to be keep their comments', async () => {
  const { trial, home } = await damaged(() => undefined);
  await using _ = trial;
  const text = `// of Ada\n${trial.disk.read('openclaw.json')}`;
  writeFileSync(join(home, 'openclaw.json'), text);
  expect(await trial.look()).toEqual([]);
  without('extensions/sesame')(home, trial);
  await trial.change(repair);
  expect(trial.disk.read('openclaw.json')).toBe(text);
});

it('secrets that others could read are other ones afterwards', async () => {
  const { trial, home } = await damaged(
    (path) => (chmodSync(path, 0o755), chmodSync(join(path, 'secrets.json'), 0o644)),
  );
  await using _ = trial;
  const before = trial.disk.read('secrets.json');
  expect((await trial.look()).map(({ found }) => found)).toContain('others could read it, with the key of its model');
  await trial.change(repair);
  const [was, is] = [before, trial.disk.read('secrets.json')].map((text) => JSON.parse(text) as Record<string, string>);
  expect([is?.['hub'] === was?.['hub'], is?.['gateway'] === was?.['gateway']]).toEqual([false, false]);
  expect([await trial.look(), statSync(join(home, 'secrets.json')).mode & 0o777]).toEqual([[], 0o600]);
});

it('settings that are asked for whole hold nothing that was added', async () => {
  const { trial } = await damaged(() => undefined);
  await using _ = trial;
  expect((await trial.look(true)).map(({ at }) => at)).toEqual(['openclaw.json']);
  await trial.change({ ...repair, isFresh: true });
  expect([await trial.look(), trial.disk.read('openclaw.json').includes('telegram')]).toEqual([[], false]);
});

describe.each<[string, (home: string) => void, RegExp]>([
  [
    'without our mark',
    (home) => rmSync(join(home, '.perdure-gateway.json')),
    /does not carry the mark of scout, .*"principalId":"p-scout"/,
  ],
  ['that is gone', (home) => rmSync(home, { recursive: true }), /is gone.*family deprovision scout --yes/],
  [
    'that is a file',
    (home) => (rmSync(home, { recursive: true }), writeFileSync(home, '')),
    /is no folder, so it is not touched/,
  ],
])('a home %s', (_what, damage, told) => {
  it('is told of, and not touched', async () => {
    const { trial, home } = await damaged(damage);
    await using _ = trial;
    await expect(trial.look()).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(told) });
    const run = await trial.change(repair);
    expect([run.status, existsSync(join(home, '.perdure-gateway.json'))]).toEqual(['failed', false]);
    expect((await trial.store.get('p-scout'))?.problem).toMatch(told);
  });
});

const several: Damage = (home, trial) => {
  without('extensions/sesame')(home, trial);
  without('secrets.json')(home, trial);
  settings(home, (one) => (one['gateway'] = { port: 1 }));
};

describe.each(['before', 'after'] as const)('a repair, and %s any call of a neighbour', (side) => {
  it.each(['refuses', 'dies'] as const)('that %s, all is repaired or as it was', { timeout: 300_000 }, async (what) => {
    const wrong: string[] = [];
    const first = await damaged(several);
    const from = first.trial.faults.calls;
    await first.trial.change(repair);
    const last = first.trial.faults.calls;
    await first.trial[Symbol.asyncDispose]();
    expect(last - from).toBeGreaterThan(10);
    for (let at = from + 1; at <= last; at += 1) {
      const { trial, home } = await damaged(several, { fault: { at, side, what } });
      await using _ = trial;
      const run = await trial.change(repair);
      const gateway = await trial.store.get('p-scout');
      const isWhole = (await trial.look()).length === 0;
      const isAsBefore = !existsSync(join(home, 'extensions', 'sesame'));
      const seen = [
        gateway?.status,
        gateway?.problem === undefined ? isWhole : isWhole || isAsBefore,
        trial.disk.read('workspace/SOUL.md'),
      ];
      if (JSON.stringify(seen) !== JSON.stringify(['ready', true, 'in its own words'])) {
        wrong.push(`${at} ${trial.faults.names[at - 1]}: ${JSON.stringify([run, seen, await trial.look()])}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
