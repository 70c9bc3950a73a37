/** What every store of gateways has to do. Each case has a store of its own; the second handle is another process. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { changeOf } from '../core/change.ts';
import type { FleetStore, NewGateway } from '../core/ports.ts';

export interface FleetStoreUnderTest {
  readonly store: FleetStore;
  /** What another process has of the same. */
  readonly another: () => Promise<FleetStore>;
  readonly close: () => void;
}

export function newGateway(more: Partial<NewGateway> = {}): NewGateway {
  const handle = more.handle ?? 'scout';
  return {
    principalId: `p-${handle}`,
    familyId: 'f',
    handle,
    host: 'box',
    home: `/home/ada/.openclaw-${handle}`,
    port: 18_910,
    service: 'supervisor',
    wanted: 'up',
    program: { node: '/usr/bin/node', entry: '/usr/lib/openclaw/openclaw.mjs', version: '2026.9.6' },
    model: 'demo/demo',
    credential: { kind: 'unneeded' },
    runId: `r-${handle}`,
    now: 10,
    ...more,
  };
}

export function fleetStoreConformance(name: string, open: () => Promise<FleetStoreUnderTest>): void {
  const opened = async () => {
    const under = await open();
    onTestFinished(under.close);
    return under;
  };

  describe(`the store of gateways on ${name}`, () => {
    it('keeps all that it was given, and forgets a fact that is said to be so no more', async () => {
      const { store, another } = await opened();
      const whole = { ...newGateway(), serviceName: 's', taskId: 't', keyId: 'k', vaultId: 'v', planHash: 'h' };
      const { now: _now, ...kept } = whole;
      expect(await store.open(whole, 'provision')).toMatchObject({ kind: 'gateway' });
      const times = { status: 'provisioning', createdAt: 10, updatedAt: 10 };
      expect(await (await another()).get('p-scout')).toEqual({ ...kept, ...times });
      const failure = { step: 'health', message: 'It died.', exitCode: 78, lastLines: ['bad key'] };
      await store.note('p-scout', { facts: { failure, problem: 'It died.', keyId: null }, runId: 'r-scout', now: 11 });
      const { keyId: _gone, ...rest } = kept;
      expect(await store.get('p-scout')).toEqual({ ...rest, ...times, updatedAt: 11, failure, problem: 'It died.' });
    });

    it.each([
      ['the same home', { home: '/home/ada/.openclaw-scout' }, /is where the gateway of scout lives/],
      ['a home that differs in case alone', { home: '/home/ada/.OpenClaw-Scout' }, /is where the gateway of scout/],
      ['a home within', { home: '/home/ada/.openclaw-scout/x' }, /is where the gateway of scout/],
      ['a home around it', { home: '/home/ada' }, /is where the gateway of scout/],
      ['the same port', { port: 18_910 }, /too near to 18910/],
      ['a port of its range', { port: 18_910 + 110 }, /too near to 18910/],
    ])('refuses a second gateway with %s', async (_what, more, reason) => {
      const { store, another } = await opened();
      await store.open(newGateway(), 'provision');
      const other = newGateway({ handle: 'ranger', port: 19_030, ...more });
      const outcome = await (await another()).open(other, 'provision');
      expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringMatching(reason) as string });
      expect(await store.get('p-ranger')).toBeUndefined();
      // On another host nobody is in its way.
      expect(await store.open({ ...other, host: 'barn' }, 'provision')).toMatchObject({ kind: 'gateway' });
    });

    it('gives a place to one of two processes that ask at once, and tells the other why', async () => {
      const { store, another } = await opened();
      const stores = [store, await another()];
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_one, at) => {
          const asked = newGateway({ handle: `m${at}`, port: 18_910 + at });
          return (stores[at % 2] as FleetStore).open(asked, 'provision');
        }),
      );
      expect(outcomes.filter(({ kind }) => kind === 'gateway')).toHaveLength(1);
      for (const outcome of outcomes) if (outcome.kind === 'refused') expect(outcome.reason).toContain('too near');
    });

    it('gives back the place of one that failed or was removed, and of no other', async () => {
      const { store } = await opened();
      const [scout, ranger] = [newGateway(), newGateway({ handle: 'ranger', home: newGateway().home })];
      await store.open(scout, 'provision');
      await store.move('p-scout', { action: 'complete', runId: 'r-scout', now: 11 });
      expect(await store.open(ranger, 'provision')).toMatchObject({ kind: 'refused' });
      await store.move('p-scout', { action: 'remove', runId: 'r2', now: 12 });
      expect(await store.open(ranger, 'provision')).toMatchObject({ kind: 'refused' });
      await store.move('p-scout', { action: 'finish', runId: 'r2', now: 13 });
      expect(await store.open(ranger, 'provision')).toMatchObject({ kind: 'gateway' });
      // And who comes back meets who has it now.
      expect(await store.open(scout, 'restore')).toMatchObject({ kind: 'refused' });
      await store.move('p-ranger', { action: 'fail', runId: 'r-ranger', now: 14 });
      expect(await store.open({ ...scout, now: 15 }, 'restore')).toMatchObject({ kind: 'gateway' });
      expect(await store.get('p-scout')).toMatchObject({ status: 'provisioning', createdAt: 10, updatedAt: 15 });
    });

    it('M2: is changed by the run that is at work on it alone', async () => {
      const { store } = await opened();
      await store.open(newGateway(), 'provision');
      const late = { runId: 'r-late', now: 12 };
      for (const outcome of [
        await store.note('p-scout', { facts: { port: 20_000 }, ...late }),
        await store.move('p-scout', { action: 'complete', ...late }),
        await store.move('p-scout', { action: 'fail', ...late }),
        await store.move('p-scout', { action: 'finish', runId: 'r-scout', now: 12 }),
        await store.open(newGateway({ runId: 'r-late' }), 'provision'),
        await store.note('p-nobody', { facts: {}, now: 12 }),
      ]) {
        expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/\.$/) as string });
      }
      expect(await store.get('p-scout')).toMatchObject({ status: 'provisioning', port: 18_910, updatedAt: 10 });
      expect(await store.move('p-scout', { action: 'complete', runId: 'r-scout', now: 13 })).toMatchObject({
        gateway: { status: 'ready' },
      });
      // A removal begins with a run of its own, and from then on the first has nothing to say.
      expect(await store.move('p-scout', { action: 'remove', runId: 'r2', now: 14 })).toMatchObject({
        gateway: { status: 'removing', runId: 'r2' },
      });
      expect(await store.move('p-scout', { action: 'fail', runId: 'r-scout', now: 15 })).toMatchObject({
        kind: 'refused',
      });
    });

    it('takes no fact that is for another status than it has by now', async () => {
      const { store } = await opened();
      await store.open(newGateway({ wanted: 'up' }), 'provision');
      const down = { facts: { wanted: 'down' }, whileIn: 'ready', now: 11 } as const;
      expect(await store.note('p-scout', down)).toMatchObject({
        kind: 'refused',
        reason: expect.stringMatching(/scout is provisioning: wait/) as string,
      });
      await store.move('p-scout', { action: 'complete', runId: 'r-scout', now: 12 });
      expect(await store.note('p-scout', down)).toMatchObject({ gateway: { wanted: 'down' } });
    });

    it('keeps for a change what holds when it begins, and not what did when it was asked for', async () => {
      const { store } = await opened();
      await store.open(newGateway({ wanted: 'up' }), 'provision');
      const done = await store.move('p-scout', { action: 'complete', runId: 'r-scout', now: 11 });
      if (done.kind === 'refused') throw new Error(done.reason);
      const change = changeOf(done.gateway, { kind: 'settings', to: {} });
      await store.note('p-scout', { facts: { wanted: 'down' }, whileIn: 'ready', now: 12 });
      const begun = await store.move('p-scout', { action: 'change', facts: { change }, runId: 'r2', now: 13 });
      expect(begun).toMatchObject({ gateway: { wanted: 'down', change: { before: { wanted: 'down' } } } });
    });

    it('does not move a gateway into the range of another by a fact', async () => {
      const { store } = await opened();
      await store.open(newGateway(), 'provision');
      await store.open(newGateway({ handle: 'ranger', port: 19_030 }), 'provision');
      expect(await store.note('p-ranger', { facts: { port: 18_911 }, now: 11 })).toMatchObject({ kind: 'refused' });
      expect(await store.note('p-ranger', { facts: { port: 19_031 }, now: 11 })).toMatchObject({ kind: 'gateway' });
    });

    it('lists by handle those of a host, or of a family, and removed ones where they are asked for', async () => {
      const { store } = await opened();
      await store.open(newGateway({ handle: 'b', port: 19_030 }), 'provision');
      await store.open(newGateway({ handle: 'a', port: 19_150, familyId: 'g' }), 'adopt');
      await store.open(newGateway({ handle: 'c', host: 'barn' }), 'provision');
      await store.move('p-a', { action: 'remove', now: 11 });
      await store.move('p-a', { action: 'finish', now: 11 });
      const handles = async (of: Parameters<FleetStore['list']>[0]) =>
        (await store.list(of)).map(({ handle }) => handle);
      expect(await handles({})).toEqual(['b', 'c']);
      expect(await handles({ withRemoved: true })).toEqual(['a', 'b', 'c']);
      expect(await handles({ host: 'box' })).toEqual(['b']);
      expect(await handles({ familyId: 'g', withRemoved: true })).toEqual(['a']);
    });
  });
}
