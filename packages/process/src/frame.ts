/**
 * The frame of every process that the launcher starts: says `ready` or `fatal` over the IPC channel, and ends in order.
 *
 * SIGTERM, and the loss of the launcher (the channel closes, even if it was killed), close the work and end the process
 * with 0, after at most 10 s. The launcher may also have it end patiently: then what must not be cut off has a minute.
 * A second SIGTERM changes nothing: a service manager sends one to every process, and the launcher sends another.
 * Asked whether it is awake it answers, for as long as its loop turns.
 * SIGINT and SIGHUP are left to the launcher: Ctrl-C in a terminal, and its end, reach us too. An error that nobody
 * caught ends the process: everything that matters is recorded, and the launcher starts us again.
 */

import { errorCatalogue, toErrorRecord, type ErrorRecord, type PerdureError } from '@perdure/contract';
import { isLate, seenEnding, toldToEnd, type ChildLife, type Limits } from './child-life.ts';

/** How long closing may take; `patient`: while something is under way that must not be cut off. */
export const closeWithinMs = { usual: 10_000, patient: 60_000 } as const;
const lookEveryMs = 100;

/** What the launcher tells a child; `awake?` asks whether its loop turns. */
export interface LauncherMessage {
  readonly type: 'end patiently' | 'awake?';
}

/** What a child tells the launcher. */
export type ChildMessage =
  | { readonly type: 'ready'; readonly warnings?: readonly string[]; readonly [fact: string]: unknown }
  | { readonly type: 'fatal'; readonly error: ErrorRecord }
  | { readonly type: 'awake' };

export interface Child {
  /** A line in this process's log file. Never a secret. */
  readonly log: (message: string) => void;
}

export interface StartedChild {
  /** Facts for the launcher; `warnings` are shown to whoever started it. */
  readonly ready?: { readonly warnings?: readonly string[]; readonly [fact: string]: unknown };
  close(): Promise<void>;
  /** Whether something is under way that must not be cut off. */
  readonly isDelicate?: () => boolean;
}

/** Taken before code of others is loaded, which may not end the process. */
const exit = process.exit.bind(process);

/** Runs this process as the part `name`. */
export function runChild(
  name: string,
  start: (child: Child) => Promise<StartedChild>,
  limits: Limits = closeWithinMs,
): void {
  const log = (message: string): void => {
    process.stderr.write(`${new Date().toISOString()} ${name} ${message}\n`);
  };
  // On a full disk words are lost, not the process: what it can still do without writing, it goes on doing.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    log(`uncaught: ${error.stack ?? String(error)}`);
    exit(1);
  });
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => undefined);

  let life: ChildLife<StartedChild> = { kind: 'starting' };
  const isLateNow = (): boolean => {
    if (life.kind !== 'ending') return false;
    const now = performance.now();
    life = seenEnding(life, now);
    return isLate(life, now, limits);
  };
  const end = (why: string, { patient = false } = {}): void => {
    const before = life;
    const told = toldToEnd(before, { isPatient: patient, at: performance.now() });
    if (told === before) return;
    life = told;
    log(`${before.kind === 'ending' ? 'hurrying' : 'ending'}: ${why}`);
    if (before.kind === 'ending') return;
    const started = before.kind === 'serving' ? before.started : undefined;
    void close(started, { log, isLate: isLateNow }).finally(() => exit(0));
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('message', ({ type }: LauncherMessage) => {
    if (type === 'end patiently') end('it is started anew', { patient: true });
    else if (type === 'awake?') tell({ type: 'awake' });
  });
  process.on('disconnect', () => end('the launcher is gone'));

  const begin = async (): Promise<void> => {
    try {
      const started = await start({ log });
      if (life.kind === 'starting') life = { kind: 'serving', started };
      tell({ ...started.ready, type: 'ready' });
    } catch (cause) {
      const error = toErrorRecord(cause, 'internal');
      log(`cannot start: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
      tell({ type: 'fatal', error }, () => exit(errorCatalogue[error.code].exitCode));
    }
  };
  void begin();
}

/** For a process that writes to the database: after a failed sync only a new one can know what is on disk. */
export function endAfterSyncFailure(log: Child['log']): (error: unknown) => void {
  return (error) => {
    log(`the disk refused to sync, starting again: ${String(error)}`);
    exit(6);
  };
}

/** For a process that works for the record: without one it could only do what nobody will know of. */
export function endWithoutRecord(log: Child['log']): (error: PerdureError) => void {
  return ({ code, message }) => {
    log(message);
    exit(errorCatalogue[code].exitCode);
  };
}

/** Closes what was started; one that is still starting has nothing to put in order. */
async function close(
  started: StartedChild | undefined,
  { log, isLate }: Child & { readonly isLate: () => boolean },
): Promise<void> {
  const bound = setInterval(() => {
    if (!isLate()) return;
    log('not closed in time');
    exit(1);
  }, lookEveryMs);
  try {
    await started?.close();
  } catch (error) {
    log(`closing failed: ${String(error)}`);
  } finally {
    clearInterval(bound);
  }
}

/** Without a launcher (a process started by hand) there is nobody to tell. */
function tell(message: ChildMessage, then: () => void = () => undefined): void {
  if (process.send === undefined || !process.connected) then();
  else process.send(message, undefined, undefined, then);
}
