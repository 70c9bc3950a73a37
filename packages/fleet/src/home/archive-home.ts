/**
 * What was a home, in a file that can be read back: `.tar.gz`, for this account alone. It has its name only when it was
 * read back whole. Secrets are left out: they lie in vaults, or are made anew.
 *
 * `tar` of the system writes into a pipe and never into a file: it ends when we do.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { PerdureError } from '@perdure/contract';
import { makeFolder, openDraft } from '@perdure/home';

export interface ArchiveRequest {
  readonly home: string;
  /** Folder for archives; made where it is not there. */
  readonly folder: string;
  /** Without its ending. */
  readonly name: string;
  /** A file in the home that stays out of it. */
  readonly without: string;
}

/** Path of the archive. @throws PerdureError where it could not be made, or is not whole */
export async function archiveHome({ home, folder, name, without }: ArchiveRequest): Promise<string> {
  makeFolder(folder, 0o700);
  const path = join(folder, `${name}.tar.gz`);
  using draft = openDraft(path);
  const tar = runTar(['-cf', '-', `--exclude=./${without}`, '-C', home, '.']);
  const into = createWriteStream('', { fd: draft.fd, autoClose: false, flush: true });
  await Promise.all([pipeline(tar.output, createGzip(), into), tar.ended]);
  const [inside, wanted] = [await entriesOf(draft.path), await entriesIn(home, without)];
  if (inside !== wanted) throw notWhole(path, `${inside} of ${wanted} files are in it`);
  draft.takeName();
  return path;
}

/** How many files and folders are in it: read to its end, sums checked. @throws PerdureError `storage_corrupt` */
export async function entriesOf(archive: string): Promise<number> {
  const tar = runTar(['-tf', '-']);
  let lines = 0;
  const count = async () => {
    for await (const chunk of tar.output) lines += String(chunk).split('\n').length - 1;
  };
  await through(archive, tar, count());
  // The folder itself is one.
  return lines - 1;
}

/** Puts what is in it into a folder. @throws PerdureError `storage_corrupt`, `not_found` */
export async function unpackHome(archive: string, into: string): Promise<void> {
  const tar = runTar(['-xf', '-', '--no-same-owner', '-C', into]);
  await through(archive, tar, once(tar.output.resume(), 'close'));
}

async function through(archive: string, tar: Tar, read: Promise<unknown>): Promise<void> {
  if (lstatSync(archive, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new PerdureError(
      'not_found',
      `There is no archive ${archive}; \`perdure family list\` tells where one lies.`,
    );
  }
  try {
    const feed = async (bytes: AsyncIterable<Buffer>) => await feedTo(tar.input, bytes);
    await Promise.all([pipeline(createReadStream(archive), createGunzip(), feed), read, tar.ended]);
  } catch (cause) {
    throw notWhole(archive, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

/** To its end, for the sum is there, also where tar has seen all that it wants before. */
async function feedTo(input: Writable, bytes: AsyncIterable<Buffer>): Promise<void> {
  const closed = once(input, 'close');
  for await (const chunk of bytes) {
    if (!input.destroyed && !input.write(chunk)) await Promise.race([once(input, 'drain'), closed]);
  }
  input.end();
}

interface Tar {
  readonly input: Writable;
  readonly output: Readable;
  /** Rejects with what it said. */
  readonly ended: Promise<void>;
}

/** Longer texts of it say no more. */
const longestWords = 500;

function runTar(words: readonly string[]): Tar {
  const { PATH = '/usr/bin:/bin' } = process.env;
  const child = spawn('tar', words, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH, LC_ALL: 'C' } });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${String(chunk)}`.slice(0, longestWords)));
  // Who ends before it has read all is told of by its end.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', () => reject(new PerdureError('unavailable', '`tar` cannot be run; install it.')));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new PerdureError('internal', `tar ended with ${code ?? 'a signal'}: ${said.trim()}`));
    });
  });
  if (words.includes('-cf')) child.stdin.end();
  return { input: child.stdin, output: child.stdout, ended };
}

/** As tar counts them: sockets are none. */
async function entriesIn(home: string, without: string): Promise<number> {
  const all = await readdir(home, { withFileTypes: true, recursive: true });
  return all.filter((entry) => !entry.isSocket() && !(entry.parentPath === home && entry.name === without)).length;
}

function notWhole(path: string, why: string, cause?: unknown): PerdureError {
  return new PerdureError('storage_corrupt', `The archive ${path} is not whole: ${why}.`, { cause });
}
