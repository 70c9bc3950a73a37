/**
 * How many files a process may have open here. Engine, worker and server each need some dozens at rest: with too few
 * they start and then do nothing, each with words of its own in its log.
 */

import { readFileSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';

const neededFiles = 256;

/** @throws PerdureError `unavailable` where it is too few to start with */
export function refuseFewOpenFiles(limits: () => string = ownLimits): void {
  const limit = openFilesIn(limits());
  if (limit === undefined || limit >= neededFiles) return;
  throw new PerdureError(
    'unavailable',
    `A process may have ${limit} files open here, and ${neededFiles} are needed: raise the limit (\`ulimit -n 4096\`) where it is started, then start it again.`,
  );
}

/** As Linux tells it; undefined where nobody does, and where there is no limit. */
export function openFilesIn(limits: string): number | undefined {
  const [, soft = ''] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === '' ? undefined : Number(soft);
}

function ownLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return '';
  }
}
