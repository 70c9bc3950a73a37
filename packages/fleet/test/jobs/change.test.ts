/** A gateway that is changed: kept as it is to be, or put back as it was, whatever fails or dies on the way. */

import {
  chmodSync,
  existsSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { GatewayChange, StepOrder } from '@perdure/fleet';
import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { unlike } from './judge.ts';
import { World } from './neighbours.ts';
import { Trial, type TrialOptions } from './trial.ts';

type Asked = Omit<GatewayChange, 'before'>;

const newer: Asked = {
  kind: 'program',
  to: { program: new World().release },
};
const model: Asked = {
  kind: 'settings',
  to: { model: 'demo/other', credential: { kind: 'vault', reference: 'v/i/g' } },
};

/** A gateway that is there, with a place to put faults into from now on. */
async function changed(asked: Asked, options: TrialOptions & { readonly isSick?: boolean } = {}) {
  const trial = await Trial.open(options);
  await trial.provision();
  writeFileSync(join(trial.accountHome, '.openclaw-scout', 'workspace', 'MEMORY.md'), 'what it knows');
  if (options.isSick === true) trial.world.nature = 'no key';
  const from = { calls: trial.faults.calls, asked: trial.asked };
  const run = await trial.change(asked);
  return { trial, run, from, faults: await faultsOf(trial, asked) };
}

/** All of it is as it is to be, or all as it was; it runs in both cases. */
async function faultsOf(trial: Trial, { to }: Asked): Promise<readonly string[]> {
  const { world } = trial;
  const gateway = await trial.store.get('p-scout');
  const home = gateway?.home ?? '';
  const isKept = gateway?.problem === undefined;
  const before = gateway?.change?.before;
  const now = isKept ? { ...before, ...to } : before;
  const secrets = JSON.parse(trial.disk.read('secrets.json')) as { readonly hub: string };
  const seen = {
    status: gateway?.status,
    program: gateway?.program,
    model: gateway?.model,
    credential: gateway?.credential,
    serviceName: gateway?.serviceName,
    runs: world.processes.size,
    entry: world.installed.get(home)?.program.entry,
    key: world.keys.get('p-scout'),
    settings: trial.disk.read('openclaw.json').includes(`"${gateway?.model}"`),
    memory: trial.disk.read('workspace/MEMORY.md'),
    homes: trial.disk.files().homes,
    member: world.statuses.get('p-scout'),
  };
  const wanted = {
    status: 'ready',
    program: now?.program,
    model: now?.model,
    credential: now?.credential,
    serviceName: 'service scout',
    runs: 1,
    entry: now?.program?.entry,
    key: secrets.hub,
    settings: true,
    memory: 'what it knows',
    homes: ['.openclaw-scout'],
    member: 'online',
  };
  const faults = unlike(seen, wanted);
  if (/canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

describe.each<[string, Asked]>([
  ['another release', newer],
  ['another model', model],
])('a gateway that gets %s', (_what, asked) => {
  it('has it, and what was there before lies in an archive', async () => {
    const { trial, run, faults } = await changed(asked);
    await using _ = trial;
    const gateway = await trial.store.get('p-scout');
    expect([run.status, faults, gateway?.problem]).toEqual(['completed', [], undefined]);
    expect(gateway).toMatchObject(asked.to);
    expect(existsSync(gateway?.archive ?? '')).toBe(true);
    expect([...trial.world.said.values()].at(-1)).toMatchObject({ intent: 'chat' });
  });

  it('M1: and is not well then, is as it was, and that is told with the reason', async () => {
    const { trial, run, faults } = await changed(asked, { isSick: true });
    await using _ = trial;
    const gateway = await trial.store.get('p-scout');
    expect([run.status, faults]).toEqual(['failed', []]);
    expect(gateway?.problem).toMatch(
      /failed at step `health`: .*no key for the model provider anthropic.* It is as it was\.$/,
    );
    expect([...trial.world.said.values()].at(-1)).toMatchObject({ intent: 'error', text: gateway?.problem });
  });
});

it('a change that is put back leaves links, wherever they lead, and modes as they were', async () => {
  await using trial = await Trial.open();
  await trial.provision();
  const workspace = join(trial.accountHome, '.openclaw-scout', 'workspace');
  symlinkSync('/somewhere/else', join(workspace, 'notes'));
  writeFileSync(join(workspace, 'run.sh'), '');
  chmodSync(join(workspace, 'run.sh'), 0o755);
  trial.world.nature = 'no key';
  const { status } = await trial.change(newer);
  expect([status, readlinkSync(join(workspace, 'notes'))]).toEqual(['failed', '/somewhere/else']);
  expect(statSync(join(workspace, 'run.sh')).mode & 0o777).toBe(0o755);
});

it('a change that cannot be put back says so, and where what it was lies', async () => {
  const spoil = ({ step, direction }: Pick<StepOrder, 'step' | 'direction'>): void => {
    if (step !== 'apply' || direction !== 'undo') return;
    for (const name of readdirSync(trial.archives)) truncateSync(join(trial.archives, name), 100);
  };
  await using trial = await Trial.open({ onAsk: (order) => spoil(order) });
  await trial.provision();
  trial.world.nature = 'no key';
  await trial.change(newer);
  const gateway = await trial.store.get('p-scout');
  expect(gateway).toMatchObject({ status: 'ready', program: newer.to.program });
  expect(gateway?.problem).toBe(
    `The change of scout failed at step \`health\`: ${gateway?.failure?.message} Not all of it could be put back, as its run tells. What it was lies in ${gateway?.archive}.`,
  );
  expect(trial.world.statuses.get('p-scout')).toBe('error');
});

describe.each(['before', 'after'] as const)('a change, and %s any call of a neighbour', (side) => {
  it.each<[Fault['what'], boolean]>([
    ['refuses', false],
    ['dies', false],
    ['is away', true],
    ['dies', true],
  ])('that %s, it is changed or is as it was (it comes up sick: %s)', { timeout: 300_000 }, async (what, isSick) => {
    const { trial, from } = await changed(model, { isSick });
    await using _ = trial;
    expect(trial.faults.calls - from.calls).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (let at = from.calls + 1; at <= trial.faults.calls; at += 1) {
      const tried = await changed(model, { isSick, fault: { at, side, what } });
      await using _tried = tried.trial;
      wrong.push(...tried.faults.map((fault) => `${at} ${tried.trial.faults.names[at - 1]}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['worker dies', 'cancel'] as const)('where the %s, nothing is half', { timeout: 300_000 }, async (what) => {
    const { trial, from } = await changed(model);
    await using _ = trial;
    const wrong: string[] = [];
    for (let at = from.asked + 1; at <= trial.asked; at += 1) {
      const tried = await changed(model, { asking: { at, side, what } });
      await using _tried = tried.trial;
      wrong.push(...tried.faults.map((fault) => `${at}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });
});
