/** A gateway that comes back out of its archive: ordered, made, or taken back whole. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Principal } from '@perdure/contract';
import { restore, type ControlOutcome } from '@perdure/fleet/control';
import { describe, expect, it } from 'vitest';
import { controlOf, type Keys } from './control.ts';
import type { Fault } from './faults.ts';
import { unlike } from './judge.ts';
import { Trial, type TrialOptions } from './trial.ts';

const by = { id: 'p-ada', kind: 'human', handle: 'ada', isOwner: true } as unknown as Principal;

/** One that was there, wrote a file, put its first page away, and was taken away. */
async function gone(options: TrialOptions = {}) {
  const trial = await Trial.open(options);
  await trial.provision();
  const workspace = join(trial.accountHome, '.openclaw-scout', 'workspace');
  writeFileSync(join(workspace, 'plans.md'), 'to the moon');
  rmSync(join(workspace, 'BOOTSTRAP.md'));
  await trial.deprovision();
  const { archive = '' } = (await trial.store.get('p-scout')) ?? {};
  return { trial, archive, workspace, from: { calls: trial.faults.calls, asked: trial.asked } };
}

type Asked = Partial<Parameters<typeof restore>[2]>;
const inherited = { credential: { kind: 'inherited' } } as const;

const order = async (trial: Trial, asked: Asked = {}, keys: Keys = {}): Promise<ControlOutcome> =>
  await restore(controlOf(trial, keys), by, { principalId: 'p-scout', ...inherited, ...asked });

async function restored(trial: Trial, asked: Asked = {}, keys: Keys = {}) {
  const outcome = await order(trial, asked, keys);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return await trial.finished(outcome.gateway.runId ?? '');
}

/** All of it is there as it was, or nothing is and the archive still is. */
async function faultsOf(trial: Trial, archive: string, status: string): Promise<readonly string[]> {
  const { world } = trial;
  const gateway = await trial.store.get('p-scout');
  const isBack = status === 'completed';
  const { homes } = trial.disk.files();
  const seen = {
    status: gateway?.status,
    homes,
    processes: world.processes.size,
    services: world.installed.size,
    keys: world.keys.size,
    member: world.statuses.get('p-scout'),
    restoredFrom: gateway?.restoredFrom,
    archive: existsSync(archive),
    text: homes.length === 0 ? undefined : trial.disk.read('workspace/plans.md'),
    isBornAgain: existsSync(join(trial.accountHome, '.openclaw-scout', 'workspace', 'BOOTSTRAP.md')),
  };
  const common = { restoredFrom: archive, archive: true, isBornAgain: false };
  const back = { ...common, status: 'ready', homes: ['.openclaw-scout'], processes: 1, services: 1, keys: 1 };
  const wanted = isBack
    ? { ...back, member: 'online', text: 'to the moon' }
    : { ...common, status: 'failed', homes: [], processes: 0, services: 0, keys: 0, member: 'error', text: undefined };
  const faults = unlike(seen, wanted);
  if (/canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

describe('an agent that was deprovisioned', () => {
  it('comes back with what it had written, a key of its own, and is not born again', async () => {
    const { trial, archive } = await gone();
    await using _ = trial;
    expect(trial.world.statuses.get('p-scout')).toBe('deprovisioned');
    const { status } = await restored(trial);
    expect([status, await faultsOf(trial, archive, status)]).toEqual(['completed', []]);
    expect(trial.disk.read('secrets.json')).toContain(trial.world.keys.get('p-scout'));
    const said = [...trial.world.said.values()].at(-1);
    expect(said).toMatchObject({ intent: 'chat', text: expect.stringContaining('is back') as string });
    // Taken away again, it leaves an archive of what it is now.
    await trial.deprovision();
    const again = await trial.store.get('p-scout');
    expect([again?.status, again?.archive === archive, again?.restoredFrom]).toEqual(['removed', false, undefined]);
    expect(trial.disk.files().archives).toHaveLength(2);
  });

  it('is ordered back once, however often that is said', async () => {
    const { trial } = await gone();
    await using _ = trial;
    const orders = [await order(trial), await order(trial)];
    const runs = orders.map((each) => (each.kind === 'gateway' ? each.gateway.runId : each.message));
    expect(runs[0]).toBe(runs[1]);
    await trial.finished(runs[0] ?? '');
    expect(await order(trial)).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/is there/) as string,
    });
  });

  it('comes back out of the archive that was moved along with the state root', async () => {
    const { trial, archive } = await gone();
    await using _ = trial;
    const facts = { archive: join('/nowhere/archives', basename(archive)) };
    await trial.store.note('p-scout', { facts, now: trial.clock.now() });
    const { status } = await restored(trial);
    expect([status, await faultsOf(trial, archive, status)]).toEqual(['completed', []]);
  });

  it('has its port again, or another where somebody has that meanwhile, and the one that is asked for or none', async () => {
    for (const [busy, port, wanted] of [
      [[], undefined, 18_910],
      [[18_910], undefined, 19_030],
      [[], 20_000, 20_000],
    ] as const) {
      const { trial } = await gone();
      await using _ = trial;
      for (const each of busy) trial.world.busy.add(each);
      await restored(trial, { port });
      expect((await trial.store.get('p-scout'))?.port).toBe(wanted);
      expect(trial.disk.read('openclaw.json')).toContain(String(wanted));
    }
    const { trial } = await gone();
    await using _ = trial;
    trial.world.busy.add(20_000);
    expect(await order(trial, { port: 20_000 })).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect((await trial.store.get('p-scout'))?.status).toBe('removed');
  });

  it('is refused where a home is there again, and that stays', async () => {
    const { trial } = await gone();
    await using _ = trial;
    mkdirSync(join(trial.accountHome, '.openclaw-scout'));
    writeFileSync(join(trial.accountHome, '.openclaw-scout', 'theirs'), '');
    expect(await order(trial)).toMatchObject({ message: expect.stringMatching(/is there already/) as string });
    expect(readdirSync(join(trial.accountHome, '.openclaw-scout'))).toEqual(['theirs']);
  });

  it.each<[string, (archive: string) => string | undefined, RegExp]>([
    ['cut off', (archive) => (truncateSync(archive, 100), undefined), /not whole/],
    ['away', (archive) => (rmSync(archive), undefined), /There is no archive/],
    ['outside of the folder of archives', (archive) => `${dirname(archive)}/../${basename(archive)}`, /An archive is/],
    ['named by a link of words', () => '../../etc/passwd', /An archive is/],
    ['no archive by its name', () => 'passwd', /An archive is/],
  ])('is refused where its archive is %s, and nothing is changed', async (_what, change, why) => {
    const { trial, archive } = await gone();
    await using _ = trial;
    const named = change(archive);
    expect(await order(trial, { archive: named })).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(why) as string,
    });
    expect(trial.world.statuses.get('p-scout')).toBe('deprovisioned');
    expect(await trial.store.get('p-scout')).toMatchObject({ status: 'removed', archive });
    expect(trial.disk.files().homes).toEqual([]);
  });

  it('comes back out of an earlier archive of its own that is named, and of no other agent', async () => {
    const { trial, archive } = await gone();
    await using _ = trial;
    const earlier = join(trial.archives, 'scout-20250101-000000.tar.gz');
    copyFileSync(archive, earlier);
    await trial.provision({ handle: 'ranger', port: 19_300 });
    await trial.deprovision('p-ranger');
    const { archive: rangers = '' } = (await trial.store.get('p-ranger')) ?? {};
    expect(await order(trial, { archive: basename(rangers) })).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/of another agent/) as string,
    });
    await restored(trial, { archive: basename(earlier) });
    expect(await trial.store.get('p-scout')).toMatchObject({ status: 'ready', restoredFrom: earlier });
  });

  it('has the key it had where that is still there, else what its family shares, else a word on how to name one', async () => {
    const { trial } = await gone();
    await using _ = trial;
    expect(await order(trial, {}, { there: [] })).toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/--key vault\/item\/field/) as string,
    });
    const shared = await order(trial, {}, { there: [], shared: 'family/i/key' });
    expect(shared).toMatchObject({ gateway: { credential: { kind: 'vault', reference: 'family/i/key' } } });
  });
});

describe('a restore', () => {
  it('that fails is taken back, keeps the archive, and may be ordered again', async () => {
    const { trial, archive } = await gone();
    await using _ = trial;
    trial.world.nature = 'dies';
    const { status } = await restored(trial);
    expect([status, await faultsOf(trial, archive, status)]).toEqual(['failed', []]);
    const { problem } = (await trial.store.get('p-scout')) ?? {};
    expect(problem).toMatch(/^Restoring of scout failed at step `health`/);
    trial.world.nature = 'well';
    const again = await restored(trial);
    expect([again.status, await faultsOf(trial, archive, again.status)]).toEqual(['completed', []]);
  });

  it('that fails, and is deprovisioned then, can still be restored', async () => {
    const { trial } = await gone();
    await using _ = trial;
    trial.world.nature = 'stranger';
    await restored(trial);
    trial.world.nature = 'well';
    await trial.deprovision();
    expect((await trial.store.get('p-scout'))?.status).toBe('removed');
    const { status } = await restored(trial);
    expect([status, trial.disk.read('workspace/plans.md')]).toEqual(['completed', 'to the moon']);
  });

  it.each<[Fault['side'], Fault['what'], readonly string[]]>([
    ['before', 'refuses', ['completed', 'failed']],
    ['after', 'dies', ['completed']],
  ])(
    '%s any call of a neighbour that %s, ends with all of it or nothing',
    { timeout: 300_000 },
    async (side, what, ends) => {
      const first = await gone();
      await using _ = first.trial;
      await restored(first.trial);
      expect(first.trial.faults.calls - first.from.calls).toBeGreaterThan(20);
      const wrong: string[] = [];
      for (let at = first.from.calls + 1; at <= first.trial.faults.calls; at += 1) {
        const { trial, archive } = await gone({ fault: { at, side, what } });
        await using _trial = trial;
        const { status } = await restored(trial);
        const name = `${at} ${trial.faults.names[at - 1]}`;
        if (!ends.includes(status)) wrong.push(`${name}: ${status}`);
        wrong.push(...(await faultsOf(trial, archive, status)).map((fault) => `${name}: ${fault}`));
      }
      expect(wrong).toEqual([]);
    },
  );

  it.each<[NonNullable<TrialOptions['asking']>['what'], string]>([
    ['worker dies', 'completed'],
    ['cancel', 'cancelled'],
  ])('at each step: %s', { timeout: 300_000 }, async (what, end) => {
    const first = await gone();
    await using _ = first.trial;
    const wrong: string[] = [];
    for (let at = first.from.asked + 1; at <= first.from.asked + 8; at += 1) {
      const { trial, archive } = await gone({ asking: { at, side: 'after', what } });
      await using _trial = trial;
      const { status } = await restored(trial);
      if (status !== end) wrong.push(`step ${at}: ${status}`);
      wrong.push(...(await faultsOf(trial, archive, status)).map((fault) => `step ${at}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });
});
