/**
 * Siblings that a provisioner of old made by hand, one port apart: found, taken in, put right one by one by the
 * commands of the product, and heard through the hub then. Nothing of theirs is lost.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFakeOpenclaw, type FakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AdoptedFamily } from './adopted-family.ts';
import { FamilyHost } from './family-host.ts';

let host: FamilyHost;
let folder: string;
let openclaw: FakeOpenclaw;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perdure-adopt-'));
  openclaw = installFakeOpenclaw(folder);
  host = await FamilyHost.start(openclaw.bin);
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('three siblings made by hand are found, taken in, mended one by one, and heard; nothing of theirs is lost', async () => {
  const family = await AdoptedFamily.make(host, { entry: openclaw.entry, isStrict: true });
  await using _ = family;
  await family.isScanned();
  await family.isAdopted();
  await family.isMendedInPart();
  await family.isMended();
  await family.isHeard();
  await family.isWhole();
}, 240_000);

test('what was mended is taken away and brought back as any other', async () => {
  await host.perdure('family', 'deprovision', 'clerk', '--yes');
  expect((await host.status('clerk')).status).toBe('removed');
  await host.perdure('family', 'restore', 'clerk');
  expect(await host.status('clerk')).toMatchObject({ status: 'ready', readiness: 'ready', service: 'supervisor' });
}, 300_000);
