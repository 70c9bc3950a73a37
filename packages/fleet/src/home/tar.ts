/**
 * `tar` of the system. It writes archives into a pipe and never into a file, and reads them from one: it ends when we
 * do.
 */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, lstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { PerdureError } from '@perdure/contract';

export interface Tar {
  readonly input: Writable;
  readonly output: Readable;
  /** Rejects with what it said. */
  readonly ended: Promise<void>;
}

/** Longer texts of it say no more. */
const longestWords = 500;

let isGnu: Promise<boolean> | undefined;

/** Another one finds holes of files by itself, and refuses the word for it. */
export const isGnuTar = (): Promise<boolean> =>
  (isGnu ??= new Promise((resolve) => {
    execFile('tar', ['--version'], { env: environment() }, (_error, said) => resolve(said.includes('GNU tar')));
  }));

const environment = () => ({ PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' });

export function runTar(words: readonly string[]): Tar {
  const child = spawn('tar', words, { stdio: ['pipe', 'pipe', 'pipe'], env: environment() });
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

/** Feeds it an archive to its end. @throws PerdureError `not_found`, `storage_corrupt` */
export async function through(archive: string, tar: Tar, read: Promise<unknown>): Promise<void> {
  if (lstatSync(archive, { throwIfNoEntry: false })?.isFile() !== true) {
    tar.input.end();
    await Promise.allSettled([read, tar.ended]);
    throw new PerdureError(
      'not_found',
      `There is no archive ${archive}; \`perdure family status\` tells where one lies.`,
    );
  }
  try {
    const feed = async (bytes: AsyncIterable<Buffer>) => await feedTo(tar.input, bytes);
    await Promise.all([pipeline(createReadStream(archive), createGunzip(), feed), read, tar.ended]);
  } catch (cause) {
    throw notWhole(archive, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

/** How much it is when it is no longer packed: of one that is more than `most`, something above that. */
export async function unpackedBytes(archive: string, most: number): Promise<number> {
  const packed = createReadStream(archive);
  const plain = createGunzip();
  packed.once('error', (error) => plain.destroy(error)).pipe(plain);
  let bytes = 0;
  try {
    for await (const chunk of plain) {
      bytes += (chunk as Buffer).length;
      if (bytes > most) break;
    }
  } finally {
    packed.destroy();
  }
  return bytes;
}

/** To its end, for the sum is there, also where tar has seen all that it wants before. */
async function feedTo(input: Writable, bytes: AsyncIterable<Buffer>): Promise<void> {
  const closed = once(input, 'close');
  for await (const chunk of bytes) {
    if (!input.destroyed && !input.write(chunk)) await Promise.race([once(input, 'drain'), closed]);
  }
  input.end();
}

export function notWhole(path: string, why: string, cause?: unknown): PerdureError {
  return new PerdureError('storage_corrupt', `The archive ${path} is not whole: ${why}.`, { cause });
}
