/** What an agent has to work with in its home: the command that speaks as it, and a skill where it leads. */

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToolWatch } from '@perdure/fleet/desk';
import { expect, it } from 'vitest';
import { Trial } from './trial.ts';

async function provisioned(lead?: string) {
  const trial = await Trial.open();
  trial.world.lead = lead;
  await trial.provision();
  const home = join(trial.accountHome, '.openclaw-scout');
  const log: string[] = [];
  const watch = createToolWatch({
    gateways: async () => await trial.store.list({}),
    hub: trial.world.hub,
    ensure: async (principalId) => await trial.ensureTools(principalId),
    log: (line) => void log.push(line),
  });
  return { trial, home, log, look: watch.look };
}

it('the command lies in the home, holds no secret, and is run with the place and the key of the agent', async () => {
  const { trial, home } = await provisioned();
  await using _ = trial;
  expect([
    statSync(join(home, 'bin', 'perdure')).mode & 0o777,
    trial.disk.read('bin/perdure').includes('canary'),
  ]).toEqual([0o700, false]);
  const told = execFileSync(join(home, 'bin', 'perdure'), ['family', "it's here"], { env: {}, encoding: 'utf8' });
  expect(told).toBe(`${trial.disk.root}\n${home}/secrets.json#/hub\nfamily\nit's here\n`);
  expect(trial.disk.read('openclaw.json')).toContain(`"pathPrepend": [\n        "${home}/bin"`);
});

it('who leads has the skill for that, and who does not has not', async () => {
  const { trial, home, look } = await provisioned('p-scout');
  await using _ = trial;
  const skills = () => readdirSync(join(home, 'skills')).toSorted();
  expect([skills(), await trial.look()]).toEqual([['perdure', 'perdure-fleet'], []]);
  trial.world.lead = 'p-ranger';
  mkdirSync(join(home, 'skills', 'cooking'));
  expect((await trial.look()).map(({ at }) => at)).toEqual(['skills/perdure-fleet']);
  await look();
  expect([skills(), await trial.look()]).toEqual([['cooking', 'perdure'], []]);
  trial.world.lead = 'p-scout';
  await look();
  expect([skills(), await trial.look()]).toEqual([['cooking', 'perdure', 'perdure-fleet'], []]);
});

it('a command that was edited, is gone or leads elsewhere is told of, and made anew', async () => {
  const { trial, home } = await provisioned();
  await using _ = trial;
  const path = join(home, 'bin', 'perdure');
  const elsewhere = join(trial.accountHome, 'elsewhere');
  mkdirSync(elsewhere);
  const damages: readonly (() => void)[] = [
    () => writeFileSync(path, 'evil'),
    () => chmodSync(path, 0o777),
    () => rmSync(join(home, 'bin'), { recursive: true }),
    () => (rmSync(join(home, 'bin'), { recursive: true }), symlinkSync(elsewhere, join(home, 'bin'))),
    () => (rmSync(path), mkdirSync(path)),
  ];
  for (const damage of damages) {
    damage();
    expect((await trial.look()).map(({ at }) => at)).toContain('bin/perdure');
    await trial.ensureTools('p-scout');
    expect(await trial.look()).toEqual([]);
  }
  expect(readdirSync(elsewhere)).toEqual([]);
});

it('a home without our mark, or a gateway that is being changed, is left as it is', async () => {
  const { trial, home, look, log } = await provisioned('p-scout');
  await using _ = trial;
  rmSync(join(home, 'skills', 'perdure-fleet'), { recursive: true });
  await trial.store.move('p-scout', { action: 'change', runId: 'r9', now: 1 });
  await look();
  await trial.ensureTools('p-scout');
  expect(existsSync(join(home, 'skills', 'perdure-fleet'))).toBe(false);
  await trial.store.move('p-scout', { action: 'keep', now: 1 });
  rmSync(join(home, '.perdure-gateway.json'));
  await look();
  expect([existsSync(join(home, 'skills', 'perdure-fleet')), log]).toEqual([false, []]);
});
