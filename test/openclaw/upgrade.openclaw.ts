/**
 * A family of three on an OpenClaw that people still run is brought to the newest, by the commands of the product: with
 * a canary that the newest does not start for, and then without. Each goes on where it was.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installed, until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost, seconds } from '../e2e/family-host.ts';
import { releases } from './releases.ts';

const handles = ['able', 'bert', 'cleo'] as const;
const [newest = { name: 'openclaw', version: 'none' }, earlier] = releases;

describe.runIf(earlier !== undefined)(`a family of OpenClaw ${earlier?.version}`, () => {
  let host: FamilyHost;
  let openclaw: string;
  const channels = new Map<string, string>();
  const ports = new Map<string, number>();

  const homeOf = (handle: string): string => join(host.accountHome, `.openclaw-${handle}`);
  /** What releases before it kept a key in: the newest wants it migrated by hand, and does not begin before. */
  const oldKeys = (): string => join(homeOf('able'), 'agents', 'main', 'agent', 'auth.json');
  const versions = async () => await Promise.all(handles.map(async (handle) => (await host.status(handle)).version));

  /** Each answers, and only where its model is given what it was told before the first upgrade. */
  const remember = async (round: string): Promise<void> => {
    for (const handle of handles) {
      const answer = `${round}: I have kept it, says ${handle}.`;
      host.system.setModelScript([
        { match: { promptIncludes: `heron-${handle}` }, text: answer },
        { text: 'NO_REPLY' },
      ]);
      await host.perdure('messages', 'send', handle, `What was the word, in round ${round}?`);
      await host.hears(channels.get(handle) ?? '', handle, answer);
    }
  };

  beforeAll(async () => {
    if (earlier === undefined) return;
    openclaw = join(await installed(newest), 'openclaw.mjs');
    host = await FamilyHost.start(join(await installed(earlier), '..', '.bin'), {
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
    await host.perdure('family', 'init', 'main');
    for (const handle of handles) {
      await host.perdure('family', 'add', handle, '--model', 'demo/demo', '--no-key', '--service', 'supervisor');
      const { stdout } = await host.perdure('channels', 'dm', handle, '--json');
      channels.set(handle, (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data.id);
      ports.set(handle, (await host.status(handle)).port);
      host.system.setModelScript([
        { match: { promptIncludes: 'Keep it' }, text: `Kept, ${handle}.` },
        { text: 'NO_REPLY' },
      ]);
      await host.perdure('messages', 'send', handle, `The word is heron-${handle}. Keep it.`);
      await host.hears(channels.get(handle) ?? '', handle, `Kept, ${handle}.`);
    }
  }, 900_000);
  afterAll(async () => await host?.[Symbol.asyncDispose]());

  test('whose canary does not begin with the newest is as it was, and when the cause is removed has lost nothing', async () => {
    using away = awayOf(ports);
    mkdirSync(dirname(oldKeys()), { recursive: true });
    writeFileSync(oldKeys(), JSON.stringify({ demo: { type: 'api_key', key: 'x' } }));
    const pids = await Promise.all(handles.map((handle) => host.pidOf(handle)));
    const words = ['family', 'upgrade', '--openclaw', openclaw, '--canary', 'able', '--yes'];
    const said = await host.perdure(...words).then(
      () => 'it ended with 0',
      (error: unknown) => (error as Error).message,
    );
    expect(said).toMatch(/As it was {3}able: The change of able failed at step `health`/);
    expect(said).toMatch(/Untouched {3}bert and cleo/);
    await host.perdure('family', 'status');
    expect(await versions()).toEqual(handles.map(() => earlier?.version));
    expect((await Promise.all(handles.map((handle) => host.pidOf(handle)))).slice(1)).toEqual(pids.slice(1));
    expect(readFileSync(oldKeys(), 'utf8')).toContain('api_key');
    const isBack = async () => (await host.status('able')).readiness === 'ready';
    await until(isBack, { withinMs: 120_000, what: 'able is ready again', everyMs: 250 });
    away.tell(host);
    // With it the older one begins, and takes no turn.
    rmSync(oldKeys());
    await host.perdure('family', 'restart', 'able');
    await remember('one');
  }, 900_000);

  test('has the newest, one after the other, and each goes on where it was', async () => {
    using away = awayOf(ports);
    await host.perdure('family', 'upgrade', '--openclaw', openclaw, '--canary', 'able', '--yes');
    away.tell(host);
    await host.perdure('family', 'status');
    expect(await versions()).toEqual(handles.map(() => newest.version));
    await remember('two');
  }, 900_000);

  test('is refused the older one from then on, which could not open what the newest has made', async () => {
    const older = join(await installed(earlier ?? newest), 'openclaw.mjs');
    await expect(host.perdure('family', 'upgrade', '--openclaw', older, '--yes')).rejects.toThrow(/is older.*restore/);
  });
});

/** How long each was not ready, while it is looked at: from when it was gone first until it was back for good. */
function awayOf(ports: ReadonlyMap<string, number>) {
  const seen = new Map<string, { readonly goneAt: number; readonly backAt?: number }>();
  const look = async (handle: string, port: number): Promise<void> => {
    const asked = fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1_000) });
    const isReady = (await asked.catch(() => undefined))?.ok === true;
    const now = performance.now();
    const before = seen.get(handle);
    if (!isReady) seen.set(handle, { goneAt: before?.goneAt ?? now });
    else if (before !== undefined && before.backAt === undefined) seen.set(handle, { ...before, backAt: now });
  };
  const timer = setInterval(() => void [...ports].map(async ([handle, port]) => await look(handle, port)), 100);
  return {
    tell(host: FamilyHost): void {
      for (const [handle, { goneAt, backAt = performance.now() }] of seen) {
        host.tell(`${handle} was away for ${seconds(backAt - goneAt)}`);
      }
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
