/** A fault before and after each call of a neighbour, and a death of each process around each step. */

import { VirtualClock } from '@perdure/engine/inline';
import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { faultsOf } from './judge.ts';
import { World } from './neighbours.ts';
import { Trial, type TrialOptions } from './trial.ts';

const sides = ['before', 'after'] as const;

/** What went wrong in a trial, and how it ended. */
async function tried(options: TrialOptions) {
  await using trial = await Trial.open(options);
  const { status, error } = await trial.provision();
  const faults = [...(await faultsOf(trial, status))];
  if (error?.message.includes('Not taken back') === true) faults.push(error.message);
  return {
    status,
    faults,
    calls: trial.faults.calls,
    asked: trial.asked,
    name: trial.faults.names.at((options.fault?.at ?? 0) - 1),
  };
}

describe('provisioning', () => {
  it('makes all of it, and says so once', async () => {
    expect(await tried({})).toMatchObject({ status: 'completed', faults: [] });
  });

  it('starts no command line of OpenClaw where all is well, also while a gateway is too busy to answer', async () => {
    const world = new World();
    world.busyAnswers = 3;
    await using trial = await Trial.open({ world });
    await trial.provision();
    const asked = new Set(trial.faults.names.filter((name) => name.startsWith('program.')));
    expect([...asked].toSorted()).toEqual(['program.modelAccess', 'program.readiness']);
  });

  it('takes one turn where that is wanted', async () => {
    await using trial = await Trial.open();
    expect((await trial.provision({ smoke: true })).status).toBe('completed');
    expect(trial.faults.names.filter((name) => name === 'program.ask')).toHaveLength(1);
    expect(trial.runs.recorded()).toContain('it has taken a turn');
  });

  it('M8: is no success by a socket that was opened with another key than that of this run', async () => {
    const world = new World();
    Object.assign(world.hub, { isConnected: (_principalId: string, keyId?: string) => keyId !== 'k1' });
    await using trial = await Trial.open({ world });
    const { status, error } = await trial.provision();
    expect([status, error?.message]).toEqual(['failed', expect.stringContaining('its socket is not at the hub')]);
    expect(await faultsOf(trial, status)).toEqual([]);
  });

  it('waits for its gateway as long as was granted, whoever sets the clock of the wall meanwhile', async () => {
    const hour = 3_600_000;
    const began = new VirtualClock().now();
    /** By how much it is ahead in the first second, and after that. */
    const set = (first: number, then: number) => (now: number) => now + (now < began + 1_000 ? first : then);
    const slow = new World();
    slow.busyAnswers = 20;
    await using ahead = await Trial.open({ world: slow, wall: set(0, hour) });
    expect((await ahead.provision()).status).toBe('completed');
    const never = new World();
    never.nature = 'never ready';
    await using back = await Trial.open({ world: never, wall: set(hour, 0) });
    expect((await back.provision()).status).toBe('failed');
    expect(back.clock.now() - began).toBeLessThan(hour);
  });

  describe.each(sides)('%s any call of a neighbour', (side) => {
    it.each<[Fault['what'], readonly string[]]>([
      ['refuses', ['completed', 'failed']],
      ['is away', ['completed']],
      ['dies', ['completed']],
    ])('that %s, ends with all of it or nothing', { timeout: 300_000 }, async (what, ends) => {
      const { calls } = await tried({});
      expect(calls).toBeGreaterThan(20);
      const wrong: string[] = [];
      const seen = new Set<string>();
      for (let at = 1; at <= calls; at += 1) {
        const { status, faults, name } = await tried({ fault: { at, side, what } });
        seen.add(status);
        if (!ends.includes(status)) wrong.push(`${at} ${name}: ${status}`);
        wrong.push(...faults.map((fault) => `${at} ${name}: ${fault}`));
      }
      expect(wrong).toEqual([]);
      expect([...seen].toSorted()).toEqual(what === 'refuses' ? expect.arrayContaining(['failed']) : ['completed']);
    });

    it.each<[NonNullable<TrialOptions['asking']>['what'], string]>([
      ['worker dies', 'completed'],
      ['cancel', 'cancelled'],
    ])('at each step: %s', { timeout: 300_000 }, async (what, end) => {
      const { asked } = await tried({});
      expect(asked).toBe(8);
      const wrong: string[] = [];
      for (let at = 1; at <= asked; at += 1) {
        const { status, faults } = await tried({ asking: { at, side, what } });
        if (status !== end) wrong.push(`step ${at}: ${status}`);
        wrong.push(...faults.map((fault) => `step ${at}: ${fault}`));
      }
      expect(wrong).toEqual([]);
    });
  });
});
