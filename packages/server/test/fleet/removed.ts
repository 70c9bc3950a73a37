/** A gateway that was taken away, as its run leaves it: a record, an archive with the mark of its agent in it. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetStore } from '@perdure/fleet';
import { onTestFinished } from 'vitest';

/** Its archive. */
export async function removedGateway(store: FleetStore, principalId: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-removed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [home, archive] = [join(folder, 'home'), join(folder, 'scout-20260131-235959.tar.gz')];
  mkdirSync(home);
  writeFileSync(join(home, '.perdure-gateway.json'), JSON.stringify({ principalId }));
  execFileSync('tar', ['-czf', archive, '-C', home, '.']);
  for (const change of [
    { action: 'complete' },
    { action: 'remove' },
    { action: 'finish', facts: { archive } },
  ] as const) {
    const moved = await store.move(principalId, { ...change, now: 1 });
    if (moved.kind === 'refused') throw new Error(moved.reason);
  }
  return archive;
}
