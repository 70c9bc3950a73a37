/** What the fake gateway of the fast suite is held against. */

import { join } from 'node:path';
import { installed } from '@perdure/testing';
import { programConformance } from '../../packages/fleet/test/openclaw/conformance.ts';
import { releases } from './releases.ts';

const plugin = join(import.meta.dirname, '..', '..', 'plugins', 'openclaw');

for (const release of releases) {
  programConformance(`OpenClaw ${release.version}`, async () => {
    const entry = join(await installed(release), 'openclaw.mjs');
    return { program: { node: process.execPath, entry }, plugin };
  });
}
