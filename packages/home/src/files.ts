/**
 * Files are written here and nowhere else, by one rule: what is written goes into a new file of a name that nobody can
 * know beforehand, beside its target, made exclusively (`O_EXCL`), and then takes the target's name. So others see the
 * old file, the new one or none, never a half; and a link that somebody left in the way, under the target's name or any
 * other, is replaced or met by a refusal, and never followed.
 *
 * The folder is a real one, no link: what a clone or an archive brought could lead anywhere.
 */

import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';

export interface WriteOptions {
  /** Of the new file; by default nobody but this account reads it. Bits that the umask takes away are not set. */
  readonly mode?: number;
  /** False where a power cut may take the file: the next write makes it anew. */
  readonly sync?: boolean;
}

/** Replaces `path` at once. @throws PerdureError `conflict` where its folder is a link. */
export function replaceFile(path: string, content: string | Uint8Array, options: WriteOptions = {}): void {
  using draft = newDraft(path, options.mode);
  write(draft.fd, content, options);
  draft.takeName();
}

/** Makes `path` unless it is there; false where somebody was first. @throws as `replaceFile`. */
export function createFile(path: string, content: string | Uint8Array, options: WriteOptions = {}): boolean {
  using draft = newDraft(path, options.mode);
  write(draft.fd, content, options);
  try {
    linkSync(draft.path, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A new file, for who writes it piece by piece; it is removed unless it took the name of its target. */
export interface Draft extends Disposable {
  readonly path: string;
  readonly fd: number;
  takeName(): void;
}

/** @throws as `replaceFile`. */
export function openDraft(target: string): Draft {
  return newDraft(target);
}

/** Removes what died before it took the name of `target`; to be called where nobody else writes it meanwhile. */
export function removeLeftDrafts(target: string): void {
  const isLeft = (name: string) => name.startsWith(`.${basename(target)}.`) && /\.[\da-f]{16}\.draft$/.test(name);
  const left = readdirSync(dirname(target), { withFileTypes: true }).filter((one) => one.isFile() && isLeft(one.name));
  for (const { name } of left) rmSync(join(dirname(target), name), { force: true });
}

/** Opens a file to read it, or to add to its end, where it is no link. The caller closes the descriptor. */
export function openPlainFile(path: string, to: 'read' | 'append'): number {
  if (to === 'read') return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  refuseLinkedFolder(path);
  const fd = openSync(path, appending, 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new PerdureError('conflict', `${path} is no file, so nothing is written into it; move it away.`);
}

export interface PlainTextOptions {
  /** Larger files are none of those that are looked for: whoever wrote one could have any reader run out of memory. */
  readonly mostBytes?: number;
  /** A link to a plain file will do. */
  readonly isLinkFollowed?: boolean;
}

const mostText = 16 * 1024 * 1024;

/** The text of a plain file that this account may read; undefined: it is none, is a link, or is larger than that. */
export function plainTextIn(
  path: string,
  { mostBytes = mostText, isLinkFollowed = false }: PlainTextOptions = {},
): string | undefined {
  try {
    const fd = isLinkFollowed ? openSync(path, unwaiting) : openPlainFile(path, 'read');
    try {
      const found = fstatSync(fd);
      return found.isFile() && found.size <= mostBytes ? readFileSync(fd, 'utf8') : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** A pipe that somebody put in its place would be waited for: until somebody reads it, for ever. */
const appending =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What has got its name in a folder keeps it after a power cut. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * The text of a file, or undefined where there is none. Another account's (think of an earlier `sudo`) is refused in
 * words.
 */
export function readFileIfAny(path: string): string | undefined {
  try {
    const fd = openSync(path, unwaiting);
    try {
      if (fstatSync(fd).isFIFO()) throw aPipe(path);
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code !== 'EACCES') throw cause;
    const problem = `${path} may not be read by this account: use the account that ran \`perdure up\`, or choose another state root with --home.`;
    throw new PerdureError('storage_read_only', problem, { details: { path }, cause });
  }
}

/** A pipe is opened at once, whether anybody writes into it or not. */
const unwaiting = constants.O_RDONLY | constants.O_NONBLOCK;

function aPipe(path: string): PerdureError {
  const problem = `${path} is a pipe and no file, and whoever reads it would wait for ever: move it away.`;
  return new PerdureError('conflict', problem, { details: { path } });
}

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

function newDraft(target: string, mode = 0o600): Draft {
  refuseLinkedFolder(target);
  let isNamed = false;
  const path = join(dirname(target), `.${basename(target)}.${unforeseen()}.draft`);
  const fd = openSync(path, newFile, mode);
  return {
    path,
    fd,
    takeName(): void {
      renameSync(path, target);
      isNamed = true;
    },
    [Symbol.dispose](): void {
      closeSync(fd);
      if (!isNamed) rmSync(path, { force: true });
    },
  };
}

function write(fd: number, content: string | Uint8Array, { sync = true }: WriteOptions): void {
  writeFileSync(fd, content);
  if (sync) fsyncSync(fd);
}

function refuseLinkedFolder(path: string): void {
  const folder = dirname(path);
  if (lstatSync(folder).isDirectory()) return;
  throw new PerdureError(
    'conflict',
    `${folder} is no folder but leads to another place, so nothing was written there; put a folder in its place.`,
    { details: { path: folder } },
  );
}

/**
 * Sixteen digits that nobody foresees. Where there is the device of the system they come from it: Node's crypto takes
 * longer to load than a write does.
 */
function unforeseen(): string {
  const bytes = Buffer.alloc(8);
  try {
    const device = openSync('/dev/urandom', constants.O_RDONLY);
    try {
      if (readSync(device, bytes) === bytes.length) return bytes.toString('hex');
    } finally {
      closeSync(device);
    }
  } catch {
    // A machine without it, as some sandboxes are.
  }
  return randomBytes(bytes.length).toString('hex');
}
