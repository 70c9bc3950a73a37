/** What every service manager has to keep to, whatever keeps its processes. */

import { isPerdureError, type ErrorCode } from '@perdure/contract';
import { until } from '@perdure/testing';
import { isAlive } from '@perdure/testing/after-test';
import { describe, expect, it } from 'vitest';
import type { ServiceManager } from '../../src/core/ports.ts';
import { makePlace, type Manner, type Place } from './place.ts';

export interface ServicePlace {
  readonly manager: ServiceManager;
  readonly place: Place;
  /** The manager as another process of ours has it, later. */
  readonly another: () => ServiceManager;
}

export interface ConformanceOptions {
  /** A manager with nothing installed, and a home for `handle`; what it needs it ends after the test. */
  readonly open: (handle: string) => Promise<ServicePlace>;
  /** What cannot be tried here, by the title of the test, and why. */
  readonly cannot?: Readonly<Record<string, string>>;
}

/** Far more than it takes: who is killed here was obstinate, and not just slow. */
const soon = { graceMs: 30_000 };

/** What runs is known, and how often it was started, in the moment after it has begun. */
const runs = (
  { manager, place }: ServicePlace,
  { life, restarts }: { readonly life: number; readonly restarts: number },
) =>
  until(
    async () => {
      const state = await manager.state(place.spec);
      const pid = state.kind === 'running' ? state.process.pid : 0;
      return state.kind === 'running' && pid === place.lives()[life - 1]?.pid && state.restarts === restarts;
    },
    { what: `life ${life} runs, after ${restarts} restarts` },
  );
const started = async (opened: ServicePlace, manner: Manner = {}): Promise<void> => {
  const { manager, place } = opened;
  await manager.install(place.spec);
  // Where the program itself makes the service, it ran for a moment.
  place.forgetLives();
  place.behave(manner);
  await manager.start(place.spec);
  await until(() => place.lives().length > 0, { what: 'the gateway says that it is there' });
};

const refusedAs =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    isPerdureError(error, code);

export function serviceConformance(name: string, { open, cannot = {} }: ConformanceOptions): void {
  const test = (title: string, act: (opened: ServicePlace) => Promise<void>): void => {
    const why = cannot[title];
    if (why === undefined) it(title, { timeout: 120_000 }, async () => await act(await open('alpha')));
    else it.skip(`${title} (${why})`, () => undefined);
  };
  describe(`a service manager: ${name}`, () => {
    test('knows nothing of what was not installed, and stopping or removing that is no error', async ({
      manager,
      place,
    }) => {
      expect(await manager.state(place.spec)).toEqual({ kind: 'absent' });
      expect(await manager.stop(place.spec, soon)).toBe('stopped');
      await manager.remove(place.spec, soon);
      await expect(manager.start(place.spec)).rejects.toSatisfy((error) => isPerdureError(error, 'not_found'));
    });

    test('leaves nothing running when it installs', async ({ manager, place }) => {
      await manager.install(place.spec);
      await manager.install(place.spec);
      expect(await manager.state(place.spec)).toEqual({ kind: 'stopped' });
      expect(place.left()).toEqual([]);
    });

    test('starts one process, and tells which', async (opened) => {
      const { manager, place } = opened;
      await started(opened);
      await runs(opened, { life: 1, restarts: 0 });
      await manager.start(place.spec);
      await runs(opened, { life: 1, restarts: 0 });
      expect(place.lives()).toHaveLength(1);
      expect(place.lives()[0]?.words).toEqual(expect.arrayContaining(['gateway', '--port', String(place.spec.port)]));
    });

    test('gives it an environment that holds nothing of ours', async (opened) => {
      process.env['ANTHROPIC_API_KEY'] = 'sk-canary-of-ours';
      try {
        await started(opened);
        const environment = opened.place.environment();
        expect(environment).toMatchObject({ HOME: opened.place.spec.accountHome });
        expect(JSON.stringify(environment)).not.toContain('canary-of-ours');
        expect(Object.keys(environment).filter((key) => /^(PERDURE_(?!SERVICE$)|NODE_ENV|VITEST)/.test(key))).toEqual(
          [],
        );
      } finally {
        delete process.env['ANTHROPIC_API_KEY'];
      }
    });

    test('stops it, and nothing of it is left, helpers included', async (opened) => {
      const { manager, place } = opened;
      await started(opened, { helpers: true });
      expect(place.left()).toHaveLength(3);
      expect(await manager.stop(place.spec, soon)).toBe('stopped');
      expect(place.left()).toEqual([]);
      expect(await manager.state(place.spec)).toEqual({ kind: 'stopped' });
      expect(await manager.stop(place.spec, soon)).toBe('stopped');
    });

    test('starts it again after a stop', async (opened) => {
      const { manager, place } = opened;
      await started(opened);
      await manager.stop(place.spec, soon);
      await manager.start(place.spec);
      await runs(opened, { life: 2, restarts: 0 });
    });

    test('lets it finish within the grace', async (opened) => {
      await started(opened, { drainMs: 700 });
      const begun = performance.now();
      expect(await opened.manager.stop(opened.place.spec, { graceMs: 20_000 })).toBe('stopped');
      expect(performance.now() - begun).toBeGreaterThan(650);
    });

    test('kills one that does not end within the grace', async (opened) => {
      await started(opened, { ignoresTerm: true, helpers: true });
      expect(await opened.manager.stop(opened.place.spec, { graceMs: 300 })).toBe('killed');
      expect(opened.place.left()).toEqual([]);
    });

    test('starts one again that was killed', async (opened) => {
      const { place } = opened;
      await started(opened);
      process.kill(place.lives()[0]?.pid ?? 0, 'SIGKILL');
      await runs(opened, { life: 2, restarts: 1 });
      expect(place.lives()).toHaveLength(2);
    });

    test('starts none again that ended with exit code 78, until somebody does', async (opened) => {
      const { manager, place } = opened;
      await started(opened, { exits: 78 });
      const state = await until(
        async () => {
          const now = await manager.state(place.spec);
          return now.kind === 'failed' && now.exitCode === 78 && now.nextAt === undefined && now;
        },
        { what: 'it is given up' },
      );
      expect(state).toMatchObject({ restarts: 0 });
      place.behave({});
      await manager.start(place.spec);
      await runs(opened, { life: 2, restarts: 0 });
    });

    test('tells what it printed last', async (opened) => {
      await started(opened, { says: 'one\ntwo\nthree\n' });
      const lines = async () => await opened.manager.lastLines(opened.place.spec, 2);
      await until(async () => (await lines()).at(-1) === 'three', { what: 'its last line' });
      expect(await lines()).toEqual(['two', 'three']);
    });

    test('leaves nothing of it when it removes', async (opened) => {
      const { manager, place } = opened;
      await started(opened, { helpers: true });
      await manager.remove(place.spec, soon);
      expect(await manager.state(place.spec)).toEqual({ kind: 'absent' });
      expect(place.left()).toEqual([]);
      await manager.remove(place.spec, soon);
      await manager.install(place.spec);
      expect(await manager.state(place.spec)).toEqual({ kind: 'stopped' });
    });

    test('knows it again from another manager, which is what a restart of ours is', async (opened) => {
      await started(opened);
      const pid = opened.place.lives()[0]?.pid ?? 0;
      const { another, place } = opened;
      const manager = another();
      expect(await manager.state(place.spec)).toMatchObject({ kind: 'running', process: { pid } });
      expect(await manager.stop(place.spec, soon)).toBe('stopped');
      expect(isAlive(pid)).toBe(false);
      expect(await opened.manager.state(place.spec)).toEqual({ kind: 'stopped' });
    });

    test('refuses a name that is no handle', async ({ manager, place }) => {
      for (const handle of ['$(touch x)', 'a;b', '../up', 'a b', 'A', '-x', '', 'a\nb', "a'b", 'ä']) {
        const spec = { ...place.spec, handle };
        const refused = refusedAs('invalid_input');
        await expect(manager.install(spec), handle).rejects.toSatisfy(refused);
        await expect(manager.start(spec), handle).rejects.toSatisfy(refused);
        await expect(manager.stop(spec, soon), handle).rejects.toSatisfy(refused);
        await expect(manager.remove(spec, soon), handle).rejects.toSatisfy(refused);
        await expect(manager.state(spec), handle).rejects.toSatisfy(refused);
        await expect(manager.lastLines(spec, 1), handle).rejects.toSatisfy(refused);
      }
    });

    test('refuses paths that would end a line', async ({ manager, place }) => {
      const spec = { ...place.spec, program: { ...place.spec.program, entry: '/x\nExecStartPost=/bin/touch /y' } };
      await expect(manager.install(spec)).rejects.toSatisfy((error) => isPerdureError(error, 'invalid_input'));
    });

    test('leaves a service of the same name alone that has another home', async (opened) => {
      const { manager, place } = opened;
      await started(opened);
      const other = await makePlace('alpha');
      const refused = refusedAs('conflict');
      await expect(manager.install(other.spec)).rejects.toSatisfy(refused);
      await expect(manager.stop(other.spec, soon)).rejects.toSatisfy(refused);
      await expect(manager.remove(other.spec, soon)).rejects.toSatisfy(refused);
      expect(place.left()).toHaveLength(1);
    });
  });
}
