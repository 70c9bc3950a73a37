/** Deleting runs that have ended: one that somebody names, or those that ended long ago. */

import type { RunStatus } from '@perdure/contract';
import type { RemovalRefusal } from '../record/removal.ts';
import type { RunDeskDeps } from './ports.ts';

export type RemoveRefusal =
  | { readonly kind: 'no_such_run'; readonly runId: string }
  | { readonly kind: 'removal_refused'; readonly runId: string; readonly why: RemovalRefusal };

export type RemoveOutcome = { readonly kind: 'removed'; readonly runIds: readonly string[] } | RemoveRefusal;

type RemovalDeps = Pick<RunDeskDeps, 'removal' | 'dropWorkspace' | 'log'>;

export async function removeRun(deps: RemovalDeps, runId: string): Promise<RemoveOutcome> {
  const outcome = await deps.removal.remove(runId);
  switch (outcome.kind) {
    case 'not_found':
      return { kind: 'no_such_run', runId };
    case 'removed':
      for (const removed of outcome.runIds) await clean(deps, removed);
      return outcome;
    default:
      return { kind: 'removal_refused', runId, why: outcome };
  }
}

export interface PruneRequest {
  /** Milliseconds since the epoch. */
  readonly endedBefore: number;
  readonly status?: RunStatus | undefined;
  readonly limit: number;
  /** Only tells which they are. */
  readonly dryRun: boolean;
}

/** `more`: there are others, for the next call. */
export interface Pruned {
  readonly runIds: readonly string[];
  readonly more: boolean;
}

export async function pruneRuns(deps: RemovalDeps, request: PruneRequest): Promise<Pruned> {
  const { endedBefore: before, status, limit, dryRun } = request;
  const statuses = status === undefined ? undefined : [status];
  const found = await deps.removal.endedBefore({ before, statuses, limit: limit + 1 });
  const chosen = found.slice(0, limit);
  const more = found.length > limit;
  if (dryRun) return { runIds: chosen, more };
  const gone: string[] = [];
  for (const runId of chosen) {
    // One that was retried in this moment stays.
    const outcome = await removeRun(deps, runId);
    if (outcome.kind === 'removed') gone.push(...outcome.runIds);
  }
  return { runIds: gone, more };
}

/** What a server that was killed while it deleted has left. */
export async function cleanRemoved(deps: RemovalDeps): Promise<void> {
  for (const runId of await deps.removal.left()) await clean(deps, runId);
}

/** The run is gone already: what cannot be taken away now is tried again at the next start. */
async function clean({ removal, dropWorkspace, log }: RemovalDeps, runId: string): Promise<void> {
  try {
    while (!(await removal.clear(runId)));
    await dropWorkspace(runId);
    await removal.forget(runId);
  } catch (error) {
    log(`something of the deleted run ${runId} is left, for the next start: ${String(error)}`);
  }
}
