/** A key that is another one in its vault: its gateway reads it without a restart, once, whatever fails on the way. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyWatch } from '@perdure/fleet/desk';
import { expect, it } from 'vitest';
import { Trial } from './trial.ts';

async function provisioned() {
  const trial = await Trial.open();
  await trial.provision();
  const { world } = trial;
  const rotate = (value: string, version: number): void => void (world.modelKey = { value, version });
  const log: string[] = [];
  let now = 0;
  const watch = () =>
    createKeyWatch({
      gateways: async () => await trial.store.list({}),
      hub: world.hub,
      refresh: async () => await trial.refreshKey(),
      steady: () => now,
      log: (line) => void log.push(line),
    });
  const inHome = () => (JSON.parse(trial.disk.read('secrets.json')) as { readonly model: string }).model;
  const told = () => [...world.said.values()].filter(({ text }) => text.includes('key of its model'));
  const pass = (ms: number): void => void (now += ms);
  return { trial, world, rotate, watch, inHome, told, log, pass };
}

it('is read once, and told once, also by a server that comes after', async () => {
  const { trial, world, rotate, watch, inHome, told } = await provisioned();
  await using _ = trial;
  const { look } = watch();
  await look();
  expect([world.reloaded, told()]).toEqual([[], []]);
  rotate('canary-second', 2);
  await look();
  await look();
  await watch().look();
  expect([world.reloaded, inHome(), told().length]).toEqual([['canary-second'], 'canary-second', 1]);
  expect(JSON.stringify(told()) + trial.runs.recorded()).not.toContain('canary');
  expect(world.processes.size).toBe(1);
});

it('that was read by nobody, since the gateway did not answer, is read again after a minute', async () => {
  const { trial, world, rotate, watch, told, log, pass } = await provisioned();
  await using _ = trial;
  const { look } = watch();
  await look();
  rotate('canary-second', 2);
  world.nature = 'never ready';
  for (let count = 0; count < 3; count += 1) await look();
  expect([world.reloaded, told(), log]).toEqual([[], [], ['It does not answer.']]);
  world.nature = 'well';
  pass(60_000);
  await look();
  expect([world.reloaded, told().length]).toEqual([['canary-second'], 1]);
});

it('that was written into the home, and not read before the server died, is read by the next one', async () => {
  const { trial, world, rotate, watch } = await provisioned();
  await using _ = trial;
  await watch().look();
  rotate('canary-second', 2);
  world.nature = 'never ready';
  await watch().look();
  world.nature = 'well';
  await watch().look();
  expect(world.reloaded).toEqual(['canary-second']);
});

it('is in the home of a gateway that is down, which reads it when it starts', async () => {
  const { trial, world, rotate, watch, inHome, told } = await provisioned();
  await using _ = trial;
  world.processes.clear();
  rotate('canary-second', 2);
  await watch().look();
  expect([world.reloaded, inHome(), told().map(({ text }) => /when it starts/.test(text))]).toEqual([
    [],
    'canary-second',
    [true],
  ]);
});

it('that is gone is said once, and the home keeps what it has', async () => {
  const { trial, world, watch, inHome, log } = await provisioned();
  await using _ = trial;
  world.modelKey = { value: 'canary', version: undefined };
  const { look } = watch();
  await look();
  await look();
  expect([inHome(), log]).toEqual(['canary-model-key', [expect.stringMatching(/not in its vault any more.*--key/)]]);
});

it('is read again where somebody asks for it, and of a home that is not whole nothing is', async () => {
  const { trial, world } = await provisioned();
  await using _ = trial;
  expect([await trial.refreshKey({ isForced: true }), world.reloaded]).toEqual(['refreshed', ['canary-model-key']]);
  rmSync(join(trial.accountHome, '.openclaw-scout', 'secrets.json'));
  expect(await trial.refreshKey({ isForced: true })).toBe('none');
});
