/**
 * Who gets an order. A pause, a resume and a text go to the runs below too: whoever pauses a run means all that is done
 * for it. A cancel is passed on by the driver, since a parent waits until its children have undone their work. Pure.
 */

import { isFinished, orderAccepted, type RunOrder, type RunStatus, type WaitKind } from '@perdure/contract';

export interface RunBelow {
  readonly id: string;
  readonly status: RunStatus;
  /** Whether a pause is on its way to it. */
  readonly isPausing: boolean;
}

export type OrderDecision =
  | { readonly kind: 'refused'; readonly status: RunStatus }
  /** It waits for a model: that is asked now, so the order has had its effect before a drive sees it. */
  | { readonly kind: 'ask_model_now' }
  /** `below`: ids of the runs below that get it too. */
  | { readonly kind: 'accepted'; readonly below: readonly string[] };

export interface OrderedRun {
  readonly status: RunStatus;
  /** Where it is waiting. */
  readonly waitsFor?: WaitKind;
  /** Whether a pause is on its way to it. */
  readonly isPausing?: boolean;
}

export function decideOrder(
  order: RunOrder,
  { status, waitsFor, isPausing = false }: OrderedRun,
  below: () => readonly RunBelow[],
): OrderDecision {
  if (!orderAccepted(order, status, waitsFor)) return { kind: 'refused', status };
  // After a pause that it has yet to notice, it is a resume like any other.
  if (order === 'resume' && status === 'waiting' && !isPausing) return { kind: 'ask_model_now' };
  const reached = order === 'cancel' ? [] : below().filter((run) => isFor(order, run));
  return { kind: 'accepted', below: reached.map(({ id }) => id) };
}

/** A run below that needs attention of its own is not resumed by the way. */
function isFor(order: RunOrder, { status, isPausing }: RunBelow): boolean {
  // One that has yet to notice its pause would else notice it after the resume.
  if (order === 'resume') return status === 'paused' || (isPausing && orderAccepted('pause', status));
  return order === 'steer' ? !isFinished(status) : orderAccepted(order, status);
}
