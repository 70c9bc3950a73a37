/** A disk that is full from a step on: nothing runs, nobody has a key, and what could not be put away is told. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobs } from '@perdure/fleet';
import { SmallDisk } from '@perdure/testing';
import { Trial } from './trial.ts';

/** Asked first, so that a test that cannot be run says so. */
const canMount = (() => {
  using disk = SmallDisk.mount(1);
  return disk !== undefined;
})();

describe.runIf(canMount)('a disk that is full', () => {
  it.each(jobs['provision-agent'].map(({ id }) => id))('from step %s on', { timeout: 300_000 }, async (step) => {
    using disk = SmallDisk.mount(2) as SmallDisk;
    let isFull = false;
    const onAsk = (order: { readonly step: string }): void => {
      if (isFull || order.step !== step) return;
      isFull = true;
      disk.fill();
    };
    await using trial = await Trial.open({ disk, onAsk });
    const run = await trial.provision();
    const { world } = trial;
    const gateway = await trial.store.get('p-scout');
    const { homes, archives } = trial.disk.files();
    if (run.status === 'completed') {
      // What writes nothing more does not notice.
      expect([gateway?.status, homes, world.processes.size]).toEqual(['ready', ['.openclaw-scout'], 1]);
      expect(['service', 'health', 'report']).toContain(step);
      return;
    }
    expect(run.status).toBe('failed');
    expect(gateway).toMatchObject({ status: 'failed', problem: expect.stringContaining('no room left') as string });
    expect([world.processes.size, world.installed.size, world.keys.size]).toEqual([0, 0, 0]);
    expect(world.statuses.get('p-scout')).toBe('error');
    // No half of an archive is taken for one, and no home goes without one.
    expect([archives, gateway?.archive]).toEqual([[], undefined]);
    const isLeft = homes.length > 0;
    expect(homes).toEqual(isLeft ? ['.openclaw-scout'] : []);
    expect(gateway?.problem?.includes('is still there')).toBe(isLeft);
    expect(run.error?.message.includes('Not taken back: home')).toBe(isLeft);
    disk.free();
    const again = await trial.provision();
    expect(again.status).toBe('completed');
    expect(await trial.store.get('p-scout')).toMatchObject({ status: 'ready' });
  });

  it.each(jobs['change-agent'].map(({ id }) => id))(
    'from step %s of a change on leaves it running, as it was or as it is to be, and no half of a home',
    { timeout: 300_000 },
    async (step) => {
      using disk = SmallDisk.mount(2) as SmallDisk;
      let isFull = false;
      const onAsk = (order: { readonly step: string; readonly job: string }): void => {
        if (isFull || order.job !== 'change-agent' || order.step !== step) return;
        isFull = true;
        disk.fill();
      };
      await using trial = await Trial.open({ disk, onAsk });
      await trial.provision();
      const run = await trial.change({ kind: 'settings', to: { model: 'demo/other' } });
      const gateway = await trial.store.get('p-scout');
      const written = JSON.parse(trial.disk.read('openclaw.json')) as Wanted;
      expect([gateway?.status, trial.world.processes.size]).toEqual(['ready', 1]);
      expect(trial.disk.files().homes).toEqual(['.openclaw-scout']);
      const isKept = run.status === 'completed';
      expect(isKept).toBe(['start', 'health', 'report'].includes(step));
      expect(written.agents.defaults.model.primary).toBe(isKept ? 'demo/other' : 'demo/demo');
      if (isKept) return;
      expect(gateway?.problem).toContain('no room left');
      expect(gateway?.problem).toContain(step === 'apply' ? 'Not all of it could be put back' : 'It is as it was.');
    },
  );

  it('enough for an archive, and not for what is put back out of it, keeps a change from being begun', async () => {
    using disk = SmallDisk.mount(2) as SmallDisk;
    await using trial = await Trial.open({ disk });
    await trial.provision();
    writeFileSync(join(trial.disk.accountHome, '.openclaw-scout', 'state.db'), Buffer.alloc(1_200_000, 'a'));
    const run = await trial.change({ kind: 'settings', to: { model: 'demo/other' } });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'storage_full' } });
    const gateway = await trial.store.get('p-scout');
    expect(gateway).toMatchObject({ status: 'ready', model: 'demo/demo', failure: { step: 'archive' } });
    expect([gateway?.problem, trial.world.processes.size]).toEqual([expect.stringContaining('It is as it was.'), 1]);
  });
});

interface Wanted {
  readonly agents: { readonly defaults: { readonly model: { readonly primary: string } } };
}
