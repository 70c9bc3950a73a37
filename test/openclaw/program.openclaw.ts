/** What the fake gateway of the fast suite is held against. */

import { join } from 'node:path';
import { installed } from '@perdure/testing';
import { programConformance } from '../../packages/fleet/test/openclaw/conformance.ts';
import { releasesConformance } from '../../packages/fleet/test/openclaw/releases-conformance.ts';
import { releases } from './releases.ts';

const plugin = join(import.meta.dirname, '..', '..', 'plugins', 'openclaw');

for (const release of releases) {
  programConformance(`OpenClaw ${release.version}`, async () => {
    const entry = join(await installed(release), 'openclaw.mjs');
    return { program: { node: process.execPath, entry }, plugin };
  });
}

const [newest, earlier] = releases;
if (newest !== undefined && earlier !== undefined) {
  releasesConformance(`OpenClaw ${earlier.version} and ${newest.version}`, async () => {
    const at = async (release: typeof newest) => ({
      node: process.execPath,
      entry: join(await installed(release), 'openclaw.mjs'),
      version: release.version,
    });
    return { older: await at(earlier), newer: await at(newest), plugin };
  });
}
