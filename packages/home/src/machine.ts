/** Which machine this is, as far as it says so: a digest of its id, which itself is nobody else's business. */

import { readFileSync } from 'node:fs';
import { shortSha256 } from '@perdure/contract';

const places = ['/etc/machine-id', '/var/lib/dbus/machine-id'];

/**
 * Undefined where the machine has no such id, as macOS and many containers: asking there takes a process, and folders
 * are told apart by their own marks.
 */
export function machineDigest(files: readonly string[] = places): string | undefined {
  for (const file of files) {
    const id = read(file);
    // Images are shipped with an empty one, or one that says so.
    if (/^[0-9a-f]{32}$/.test(id)) return shortSha256(`perdure ${id}`).slice(0, 32);
  }
  return undefined;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
