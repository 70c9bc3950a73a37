/**
 * A state root that goes when it is no longer used. On the disk that holds `TMPDIR`: an fsync there is part of what is
 * measured.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempHome extends Disposable {
  readonly path: string;
}

export function makeTempHome(): TempHome {
  const path = mkdtempSync(join(tmpdir(), 'perdure-bench-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
