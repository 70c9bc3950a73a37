/** A task for somebody who only looks. Nothing is written: what is stale is void in this copy alone. */

import type { Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import type { TaskEvent } from '../core/events.ts';
import type { Refusal, TaskStore } from '../core/ports.ts';
import type { ClockDeps, EvidenceDeps } from './deps.ts';
import { recentWork } from './recent-work.ts';
import { lookAtEvidence, type EvidenceState } from './stale-evidence.ts';

export interface ShowRequest {
  readonly taskId: string;
}

export type ShowOutcome = ({ readonly kind: 'shown'; readonly recent: readonly TaskEvent[] } & EvidenceState) | Refusal;

export interface ShowDeps extends ClockDeps, EvidenceDeps {
  readonly store: Pick<TaskStore, 'get' | 'recent'>;
}

export async function showTask(deps: ShowDeps, { taskId }: ShowRequest): Promise<ShowOutcome> {
  const task: Task | undefined = await deps.store.get(taskId);
  if (task === undefined) return noSuchTask(taskId);
  const state = await lookAtEvidence(deps, task);
  return { kind: 'shown', ...state, recent: await recentWork(deps, taskId, { times: 2 }) };
}
