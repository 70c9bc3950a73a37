/**
 * A disk of a few MiB that a test may fill: a tmpfs of its own. Only root on Linux may mount one, and not in every
 * container.
 */

import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class SmallDisk implements Disposable {
  /** What is written here is on the disk. */
  readonly folder: string;
  /** On another disk, for witnesses. */
  readonly outside: string;

  /** Undefined where this account may not mount. */
  static mount(mebibytes: number): SmallDisk | undefined {
    const outside = mkdtempSync(join(tmpdir(), 'perdure-disk-'));
    const folder = join(outside, 'disk');
    mkdirSync(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
      return new SmallDisk(outside, folder);
    } catch {
      rmSync(outside, { recursive: true });
      return undefined;
    }
  }

  private constructor(outside: string, folder: string) {
    this.outside = outside;
    this.folder = folder;
  }

  /** Writes until nothing goes in any more; again, also what was freed meanwhile. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (const size of [2 ** 20, 2 ** 12]) writeUntilFull(file, size);
    } finally {
      closeSync(file);
    }
  }

  /** Takes away what `fill` wrote. */
  free(): void {
    rmSync(this.#ballast);
  }

  [Symbol.dispose](): void {
    // Lazily: a process that has just been killed may still have a file open.
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.outside, { recursive: true, force: true });
  }

  get #ballast(): string {
    return join(this.folder, 'ballast');
  }
}

function writeUntilFull(file: number, size: number): void {
  const block = Buffer.alloc(size, 1);
  try {
    while (writeSync(file, block) === size);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
