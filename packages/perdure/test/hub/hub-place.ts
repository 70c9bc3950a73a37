/** A place on which the real server runs, with a hub in it and its sockets: for commands that speak as several. */

import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { ownerKey } from '../../../server/test/http/harness.ts';
import { listen } from '../../../server/test/ws/listening-world.ts';
import { cli, createRunningPlace, type Outcome } from '../harness.ts';

export async function openHubPlace() {
  const world = await listen();
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
