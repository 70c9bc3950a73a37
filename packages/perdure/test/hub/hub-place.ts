/** A place on which the real server runs, with a hub in it and its sockets: for commands that speak as several. */

import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { ownerKey } from '../../../server/test/http/harness.ts';
import { createTestTls, listen } from '../../../server/test/ws/listening-world.ts';
import { cli, createRunningPlace, type Outcome } from '../harness.ts';

export { createTestTls };

/** `tls`: other machines come in too. */
export async function openHubPlace(tls?: ReturnType<typeof createTestTls>) {
  const world = await listen(tls);
  const { port } = world.server;
  const place = createRunningPlace({ port, url: `http://127.0.0.1:${port}` });
  onTestFinished(() => place[Symbol.dispose]());
  writeFileSync(place.paths.ownerKey, `${ownerKey}\n`, { mode: 0o600 });
  const run = async (
    line: string,
    more: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> => await cli([...line.split(' '), ...more], { cwd: place.folder, env });
  return { ...world, place, run };
}
