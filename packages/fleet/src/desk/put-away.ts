/** A home into the archive: once for a run, read back each time it is relied on (M4). */

import { lstatSync } from 'node:fs';
import { entriesOf, archiveHome } from '../home/index.ts';
import { secretsFile } from '../openclaw/index.ts';
import type { StepWork } from './ports.ts';

/**
 * Path of the archive; undefined: there is no home, or what has its place is no folder.
 *
 * @throws PerdureError where it is not whole
 */
export async function putAway({ deps, gateway, runId, note }: StepWork): Promise<string | undefined> {
  if (gateway.archive !== undefined && (await isWhole(gateway.archive))) return gateway.archive;
  // Behind a link lies what is not its home, the whole disk perhaps.
  if (lstatSync(gateway.home, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const name = `${gateway.handle}-${timeOf(runId)}`;
  // What somebody else set up has no other place for its secrets.
  const without = gateway.change?.kind === 'mend' && gateway.status === 'changing' ? undefined : secretsFile;
  const archive = await archiveHome({ home: gateway.home, folder: deps.archives, name, without });
  await note({ archive });
  return archive;
}

/** `20260131-235959`: when the run was made, as its id tells, so that it makes one archive however often it tries. */
function timeOf(runId: string): string {
  const ms = Number.parseInt(runId.replaceAll('-', '').slice(0, 12), 16);
  return new Date(ms)
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .replace('T', '-');
}

async function isWhole(archive: string): Promise<boolean> {
  return await entriesOf(archive).then(
    () => true,
    () => false,
  );
}
