/**
 * The folder of a gateway. It is touched only where it carries our mark with the id of this agent (M3), and it gets its
 * name when the mark is in it: there is no moment in which a folder of ours could be taken for somebody's, nor the
 * other way round.
 */

import { existsSync, lstatSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { plainTextIn, replaceFile } from '@perdure/home';

export interface HomeOf {
  /** An absolute path. */
  readonly home: string;
  readonly principalId: string;
}

export const markName = '.perdure-gateway.json';

/** `strange`: something is there, and not of this agent. */
export type HomeState = 'ours' | 'absent' | 'strange';

export function stateOfHome({ home, principalId }: HomeOf): HomeState {
  const found = lstatSync(home, { throwIfNoEntry: false });
  if (found === undefined) return 'absent';
  return found.isDirectory() && markIn(home) === principalId ? 'ours' : 'strange';
}

/** One that is there, and that somebody else has made, is ours from then on. */
export function markHome({ home, principalId }: HomeOf): void {
  replaceFile(join(home, markName), `${JSON.stringify({ principalId })}\n`);
}

/** Made, with what `fill` puts into it, unless it is ours already. @throws PerdureError `conflict`, `not_found` */
export async function claimHome(of: HomeOf, fill: (draft: string) => Promise<void> = async () => {}): Promise<void> {
  const { home, principalId } = of;
  const state = stateOfHome(of);
  if (state === 'ours') return;
  if (state === 'strange') throw notOurs(home);
  const draft = besideHome(of, 'new');
  await rm(draft, { recursive: true, force: true });
  await makeDraft(draft, home);
  await filled(draft, fill(draft));
  markHome({ home: draft, principalId });
  try {
    // Of what may have come meanwhile only an empty folder would give way.
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code = '' } = error as NodeJS.ErrnoException;
    throw ['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(code) ? notOurs(home) : error;
  }
}

/**
 * Another home in the place of the one that is there: `fill` makes it, and is told where the one of before lies; a
 * crash at any point leaves one of the two, or the one of before where the next try finds it.
 *
 * @throws PerdureError `conflict` where what is there is not ours
 */
export async function exchangeHome(
  of: HomeOf,
  fill: (draft: string, before: string | undefined) => Promise<void>,
): Promise<void> {
  const { home } = of;
  const state = stateOfHome(of);
  if (state === 'strange') throw notOurs(home);
  const [draft, gone] = [besideHome(of, 'new'), besideHome(of, 'gone')];
  const before = state === 'ours' ? home : existsSync(gone) ? gone : undefined;
  await rm(draft, { recursive: true, force: true });
  await makeDraft(draft, home);
  await filled(draft, fill(draft, before));
  if (state === 'ours') {
    await rm(gone, { recursive: true, force: true });
    await rename(home, gone);
  }
  await rename(draft, home);
  await rm(gone, { recursive: true, force: true });
}

/** A folder beside it to try something in, which is gone afterwards; what a crash has left of one is gone before. */
export async function withTrialHome<T>(of: HomeOf, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = trialHome(of);
  await rm(folder, { recursive: true, force: true });
  await makeDraft(folder, of.home);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const trialHome = (of: HomeOf): string => besideHome(of, 'try');

/** Nothing of it is left, nor of half a home. One that is not ours stays: false. */
export async function removeHome(of: HomeOf): Promise<boolean> {
  const gone = besideHome(of, 'gone');
  for (const folder of [besideHome(of, 'new'), trialHome(of)]) await rm(folder, { recursive: true, force: true });
  await rm(gone, { recursive: true, force: true });
  const state = stateOfHome(of);
  if (state !== 'ours') return state === 'absent';
  // Half a home is none that anybody could start again.
  await rename(of.home, gone);
  await rm(gone, { recursive: true, force: true });
  return true;
}

/** Half a home is of no use, and on a full disk it keeps others from going on. */
async function filled(draft: string, filling: Promise<void>): Promise<void> {
  try {
    await filling;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function makeDraft(draft: string, home: string): Promise<void> {
  try {
    await mkdir(draft, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const problem = `The folder above ${home} is not there; make it, or choose another home.`;
    throw new PerdureError('not_found', problem, { cause });
  }
}

/** Names of ours beside it, on the same disk. */
function besideHome({ home, principalId }: HomeOf, what: 'new' | 'gone' | 'try'): string {
  if (!/^[\w-]+$/.test(principalId)) throw new Error('This is no id of an agent.');
  return join(dirname(home), `.perdure-${what}-${principalId}`);
}

/** Whose it says it is; undefined where it says nothing. */
const markIn = (home: string): string | undefined => whoseMark(plainTextIn(join(home, markName)) ?? '');

/** Undefined: it is no mark of ours. */
export function whoseMark(text: string): string | undefined {
  try {
    const mark = JSON.parse(text) as { readonly principalId?: unknown } | null;
    return typeof mark?.principalId === 'string' ? mark.principalId : undefined;
  } catch {
    return undefined;
  }
}

function notOurs(home: string): PerdureError {
  return new PerdureError(
    'conflict',
    `${home} is there, and was not made for this agent: move it away, or choose another home.`,
  );
}
