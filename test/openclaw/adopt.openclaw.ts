/**
 * Three siblings that a provisioner of old made, with the real program: two are dead of the keys that were copied to
 * them, one runs as a bare process. They are found, taken in, mended one by one, and heard through the hub; nothing of
 * theirs is lost.
 */

import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from '@perdure/testing';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { AdoptedFamily } from '../e2e/adopted-family.ts';
import { FamilyHost } from '../e2e/family-host.ts';
import { releases } from './releases.ts';

const [newest = { name: 'openclaw', version: 'none' }] = releases;

describe(`siblings made by hand for OpenClaw ${newest.version}`, () => {
  let host: FamilyHost;
  let family: AdoptedFamily;

  beforeAll(async () => {
    const bin = join(await installed(newest), '..', '.bin');
    host = await FamilyHost.start(bin, { onLine: (line) => void process.stdout.write(`${line}\n`) });
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
    family = await AdoptedFamily.make(host, { entry: realpathSync(join(bin, 'openclaw')), isStrict: false });
  }, 300_000);
  afterAll(async () => {
    await family?.[Symbol.asyncDispose]();
    await host?.[Symbol.asyncDispose]();
  });

  test('are found, each with what is wrong with it', async () => await family.isScanned(), 60_000);
  test('are taken in, and touched in nothing', async () => await family.isAdopted(), 120_000);
  test('are run as before where one thing is mended', async () => await family.isMendedInPart(), 300_000);
  test('are mended one by one', async () => await family.isMended(), 900_000);
  test('answer in the hub, each as itself', async () => await family.isHeard(), 400_000);
  test('have all that was theirs', async () => await family.isWhole(), 60_000);
});
