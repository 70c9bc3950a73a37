/**
 * Asks the main thread, in the middle of what it is doing, in whose name it does so, and where in the code: by Node's
 * own debugger, within this process and without a port. It is let go at once.
 */

import { fileURLToPath } from 'node:url';
import type { Debugger, Session } from 'node:inspector/promises';
import type { LoopOccupant, StuckDrive } from '@perdure/runs';
import { nameOfAsking } from './loop-messages.ts';

export type Holder =
  /** `held` undefined: no run; it is work of our own. */
  | { readonly kind: 'known'; readonly held: StuckDrive | undefined }
  /** It does not come to a point where it can be asked: it waits for the system, or is in one long call. */
  | { readonly kind: 'unknown' };

const patienceMs = 3_000;
/** Between two of its own lines code that awaits without end stands in Node's: its next one is a step or two ahead. */
const stepsToPlace = 5;

export async function askWhoHolds(): Promise<Holder> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connectToMainThread();
  const outOfTime = Promise.withResolvers<void>();
  const timer = setTimeout(outOfTime.resolve, patienceMs);
  let known: Holder = { kind: 'unknown' };
  try {
    await Promise.race([ask(session, (holder) => (known = holder)), outOfTime.promise]);
  } catch {
    // What is known by now is told.
  } finally {
    clearTimeout(timer);
    // Whatever it has stopped goes on.
    session.disconnect();
  }
  return known;
}

/** Tells what it knows as soon as it knows it; with the place later, where that takes a step. */
async function ask(session: Session, tell: (holder: Holder) => void): Promise<void> {
  // Frames name their script by its number alone.
  const scripts = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => void scripts.set(scriptId, url));
  await session.post('Debugger.enable');
  let runId: string | undefined;
  for (let step = 0; step <= stepsToPlace; step += 1) {
    const frames = await stop(session, step === 0 ? 'Debugger.pause' : 'Debugger.stepInto');
    const { result } = await session.post('Runtime.evaluate', { expression: `globalThis.${nameOfAsking}()` });
    const occupant = JSON.parse(String(result.value)) as LoopOccupant | null;
    if (step === 0 && occupant === null) return tell({ kind: 'known', held: undefined });
    runId ??= occupant?.runId;
    if (occupant === null || occupant.runId !== runId) return;
    const place = placeIn(frames, scripts);
    tell({ kind: 'known', held: { ...occupant, ...(place !== undefined && { place }) } });
    if (place !== undefined) return;
  }
}

async function stop(session: Session, how: 'Debugger.pause' | 'Debugger.stepInto') {
  const paused = Promise.withResolvers<readonly Debugger.CallFrame[]>();
  session.once('Debugger.paused', ({ params }) => paused.resolve(params.callFrames));
  await session.post(how);
  return await paused.promise;
}

/** That of all our packages, in the repository and installed. */
const ourFolder = fileURLToPath(new URL('..', import.meta.url)).replace(/\/worker\/(src|dist)\/$/, '/');

/** `file:line` of the innermost code that is neither ours, nor Node's, nor a library's. */
function placeIn(frames: readonly Debugger.CallFrame[], scripts: ReadonlyMap<string, string>): string | undefined {
  for (const { location } of frames) {
    const url = scripts.get(location.scriptId) ?? '';
    if (!url.startsWith('file:')) continue;
    const path = fileURLToPath(url.replace(/[?#].*$/, ''));
    if (!isOurs(path) && !path.includes('/node_modules/')) return `${path}:${location.lineNumber + 1}`;
  }
  return undefined;
}

function isOurs(path: string): boolean {
  return path.startsWith(ourFolder) && /^[a-z-]+\/(src|dist)\//.test(path.slice(ourFolder.length));
}
