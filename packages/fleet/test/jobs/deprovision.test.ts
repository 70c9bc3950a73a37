/** A gateway that is taken away: a fault before and after each call, and a death of each process around each step. */

import { existsSync, readdirSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/home/index.ts';
import type { Fault } from './faults.ts';
import { unlike } from './judge.ts';
import { Trial, type TrialOptions } from './trial.ts';

const sides = ['before', 'after'] as const;

/** A gateway that is there, with a place to put faults into from now on. */
async function removed(options: TrialOptions = {}) {
  const trial = await Trial.open(options);
  await trial.provision();
  const from = { calls: trial.faults.calls, asked: trial.asked };
  trial.world.commands.add(trial.gateway().home);
  const run = await trial.deprovision();
  return { trial, run, from, faults: await faultsOf(trial, run.status) };
}

async function faultsOf(trial: Trial, status: string): Promise<readonly string[]> {
  const { world, accountHome } = trial;
  const gateway = await trial.store.get('p-scout');
  const { homes } = trial.disk.files();
  // A run that is cancelled when all is done is too late.
  const isGone = status === 'completed' || gateway?.status === 'removed';
  const seen = {
    status: gateway?.status,
    homes,
    processes: world.processes.size,
    services: world.installed.size,
    commands: world.commands.size,
    keys: world.keys.size,
    vault: world.vaults.get('v-p-scout'),
    member: world.statuses.get('p-scout'),
  };
  const gone = {
    status: 'removed',
    homes: [],
    processes: 0,
    services: 0,
    commands: 0,
    keys: 0,
    vault: 'archived',
    member: 'deprovisioned',
  };
  const there = {
    status: 'ready',
    homes: ['.openclaw-scout'],
    processes: 1,
    services: 1,
    keys: 1,
    vault: 'open',
    member: 'online',
  };
  // Its home is away already: there is no way back, and that is told.
  const half = { status: 'failed', homes: [], processes: 0, services: 0 };
  const wanted = isGone ? gone : homes.length === 0 ? half : there;
  const faults = unlike(seen, wanted);
  if (gateway?.status === 'failed' && !['error', 'deprovisioned'].includes(String(seen.member)))
    faults.push('nobody is told');
  if (homes.length === 0 && (gateway?.archive === undefined || (await entriesOf(gateway.archive)) < 5))
    faults.push('there is no archive of it');
  if (!existsSync(accountHome)) faults.push('the home of the account is gone');
  if (/canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

describe('deprovisioning', () => {
  it('M4: leaves an archive, and nothing else', async () => {
    const { trial, run, faults } = await removed();
    await using _ = trial;
    expect([run.status, faults]).toEqual(['completed', []]);
    expect(trial.disk.files().archives).toEqual(['scout.tar.gz 600']);
  });

  it('that is asked for twice finds nothing more to do', async () => {
    const { trial } = await removed();
    await using _ = trial;
    await expect(trial.deprovision()).rejects.toThrow('is removed');
  });

  describe.each(sides)('%s any call of a neighbour', (side) => {
    it.each<[Fault['what'], readonly string[]]>([
      ['refuses', ['completed', 'failed']],
      ['is away', ['completed']],
      ['dies', ['completed']],
    ])(
      'that %s, ends with all of it gone, all of it there, or a word on what is left',
      { timeout: 300_000 },
      async (what, ends) => {
        const { trial, from } = await removed();
        await using _ = trial;
        expect(trial.faults.calls - from.calls).toBeGreaterThan(15);
        const wrong: string[] = [];
        for (let at = from.calls + 1; at <= trial.faults.calls; at += 1) {
          const tried = await removed({ fault: { at, side, what } });
          await using _tried = tried.trial;
          const name = `${at} ${tried.trial.faults.names[at - 1]}`;
          if (!ends.includes(tried.run.status)) wrong.push(`${name}: ${tried.run.status}`);
          wrong.push(...tried.faults.map((fault) => `${name}: ${fault}`));
        }
        expect(wrong).toEqual([]);
      },
    );

    it.each<[NonNullable<TrialOptions['asking']>['what'], string]>([
      ['worker dies', 'completed'],
      ['cancel', 'cancelled'],
    ])('at each step: %s', { timeout: 300_000 }, async (what, end) => {
      const { trial, from } = await removed();
      await using _ = trial;
      expect(trial.asked - from.asked).toBe(7);
      const wrong: string[] = [];
      for (let at = from.asked + 1; at <= trial.asked; at += 1) {
        const tried = await removed({ asking: { at, side, what } });
        await using _tried = tried.trial;
        if (tried.run.status !== end) wrong.push(`${at}: ${tried.run.status}`);
        wrong.push(...tried.faults.map((fault) => `${at}: ${fault}`));
      }
      expect(wrong).toEqual([]);
    });
  });

  it('that went too far to go back is gone on with, and ends', async () => {
    const { trial, from } = await removed();
    await using _ = trial;
    const revoke = trial.faults.names.lastIndexOf('hub.archiveVault') + 1;
    expect(revoke).toBeGreaterThan(from.calls);
    const tried = await removed({ fault: { at: revoke, side: 'before', what: 'refuses' } });
    await using again = tried.trial;
    expect([tried.run.status, (await again.store.get('p-scout'))?.status]).toEqual(['failed', 'failed']);
    const run = await again.deprovision();
    expect(run.status).toBe('completed');
    expect(await again.store.get('p-scout')).toMatchObject({ status: 'removed' });
    expect(again.world.vaults.get('v-p-scout')).toBe('archived');
  });
});

it('archives nothing that a link in the place of its home leads to, and leaves that as it is', async () => {
  const trial = await Trial.open();
  await using _ = trial;
  await trial.provision();
  const { home } = trial.gateway();
  const elsewhere = join(trial.accountHome, 'elsewhere');
  renameSync(home, elsewhere);
  writeFileSync(join(elsewhere, 'private.txt'), 'of somebody');
  symlinkSync(elsewhere, home);
  const { status } = await trial.deprovision();
  expect([status, trial.disk.files().archives, readlinkSync(home)]).toEqual(['completed', [], elsewhere]);
  expect(readdirSync(elsewhere)).toContain('private.txt');
  expect(await trial.store.get('p-scout')).toMatchObject({
    status: 'removed',
    problem: `${home} was not made by us, and is left as it is.`,
  });
});
