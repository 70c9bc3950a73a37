/**
 * Takes up a task that was named or chosen: obeys what waits, reconciles, takes the lease, voids what is stale,
 * and gathers what an agent without memory has to know. Or says what holds it up, and gives no lease.
 */

import { compact, type Task } from '@perdure/contract';
import { nameless } from '../core/actors.ts';
import { fitHandOvers, fitWords } from '../core/answer-room.ts';
import type { HaltedState } from '../core/commands.ts';
import type { TaskEvent } from '../core/events.ts';
import { holdsLease } from '../core/lease.ts';
import type { Refusal, ResumeItem } from '../core/ports.ts';
import { continueAnswer, heeds, type ContinueAnswer, type Heed } from '../core/told.ts';
import type { EvidenceDeps, LeaseDeps, WriteDeps, Writer } from './deps.ts';
import { handOversOf } from './hand-over.ts';
import { goneFence } from './holder-process.ts';
import { withKeptToken } from './kept-token.ts';
import { offerLease } from './lease-offer.ts';
import { recentWork } from './recent-work.ts';
import { voidStale } from './stale-evidence.ts';
import { contextOf, writeTask } from './write.ts';

export interface TakeUpRequest {
  readonly taskId: string;
  /** What it may wake. */
  readonly wakes: readonly HaltedState[];
  /** Also from a holder whose lease has expired. */
  readonly takeOver: boolean;
  /**
   * What becomes of the lease of a writer that holds it. `kept`: the same token, for a client that goes on where
   * it was. `replaced`: another one, so that what the writer may have left running before it lost its memory
   * cannot write any more.
   */
  readonly ownLease: 'kept' | 'replaced';
}

interface TakeUpState extends Omit<ContinueAnswer, 'goesOn'> {
  readonly task: Task;
  /** Why it rested until now. */
  readonly note: string;
  /** The newest work, for a brief. */
  readonly recent: readonly TaskEvent[];
}

export type TakeUpOutcome =
  | (TakeUpState & {
      readonly kind: 'taken_up';
      readonly token: string;
      /** What is to be heeded, as far as an answer has room for it. */
      readonly words: readonly Heed[];
      /** How much of either kind was left out, and waits. */
      readonly hidden: { readonly words: number; readonly handOvers: number };
      /** Ids of checks that were found stale. */
      readonly stale: readonly string[];
      /** To be forgotten once they were told. */
      readonly handOvers: readonly ResumeItem[];
    })
  | (TakeUpState & {
      readonly kind: 'held_up';
      /** The writer's own lease, which it still has. */
      readonly keepsLease: boolean;
    })
  | Refusal;

export type TakeUpDeps = WriteDeps<'recent' | 'resumeQueue'> & LeaseDeps & EvidenceDeps;

export async function takeUp(
  deps: TakeUpDeps,
  { name = nameless, ...given }: Writer,
  { taskId, wakes, takeOver, ownLease }: TakeUpRequest,
): Promise<TakeUpOutcome> {
  const found = await deps.store.get(taskId);
  const { lease, revision } = withKeptToken(deps, given, found);
  const { tokenHash } = contextOf(deps, { lease });
  const isHolder = found !== undefined && holdsLease(found, tokenHash);
  const offer = offerLease(deps, name, isHolder && ownLease === 'kept' ? lease : undefined);
  // A token of a lease that is long over is no reason to refuse whoever takes the task up anew.
  const writer = isHolder ? { name, lease, revision } : { name, revision };
  const gone = goneFence(deps, found);
  const command = { type: 'continue', lease: offer.lease, takeOver, wakes, ...compact({ gone }) } as const;
  const outcome = await writeTask(deps, writer, { taskId, command });
  if (outcome.kind === 'refused') return outcome;
  const { task, before = task, events } = outcome;
  // Where no new lease was given, the holder keeps the one it has.
  const keepsLease = isHolder && holdsLease(task, tokenHash);
  const { goesOn, ...answer } = continueAnswer(before, task, {
    now: deps.now(),
    tokenHash: keepsLease && tokenHash !== undefined ? tokenHash : offer.lease.tokenHash,
    askFirst: false,
    wakes,
  });
  const state = { ...answer, task, note: before.operator_note };
  if (!goesOn) return { ...state, kind: 'held_up', keepsLease, recent: await recentWork(deps, taskId) };
  deps.keptTokens?.keep(taskId, offer.token);
  const evidence = await voidStale(deps, { name, lease: offer.token }, task);
  const handOvers = fitHandOvers(await handOversOf(deps, taskId));
  const recent = await recentWork(deps, taskId);
  const words = fitWords(heeds(task, events));
  const told = { words: words.shown, handOvers: handOvers.shown };
  const hidden = { words: words.hidden, handOvers: handOvers.hidden };
  return { ...state, ...evidence, ...told, hidden, kind: 'taken_up', token: offer.token, recent };
}
