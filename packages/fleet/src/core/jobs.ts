/**
 * What is done to gateways, as pipelines of our own: a run whose steps are the steps of a job, in order. A step with an
 * undo is taken back where a later one fails, newest first; an undo must tolerate a step that never happened, or did so
 * in part. Steps are idempotent: one that was in flight when a process died is done again.
 */

import type { BuiltInPipeline, ErrorCode } from '@perdure/contract';

export interface JobStep {
  readonly id: string;
  readonly hasUndo: boolean;
}

const step = (id: string): JobStep => ({ id, hasUndo: false });
const undone = (id: string): JobStep => ({ id, hasUndo: true });

export const jobs = {
  /** The undo of `begin` comes last of all: it tells of what failed. */
  'provision-agent': [
    undone('begin'),
    undone('port'),
    undone('principal'),
    undone('home'),
    step('workspace'),
    undone('service'),
    step('health'),
    step('report'),
  ],
  /**
   * What it was lies in an archive when something of it is changed, and comes back out of that. One that is to be down
   * is changed, and neither started nor looked at.
   */
  'change-agent': [
    undone('begin'),
    step('check'),
    undone('stop'),
    step('archive'),
    undone('apply'),
    undone('start'),
    step('health'),
    step('report'),
  ],
  /** `begin` is undone where nothing was taken away yet: the agent stays. */
  'deprovision-agent': [
    undone('begin'),
    undone('stop'),
    step('archive'),
    step('unservice'),
    step('clear'),
    step('revoke'),
    step('farewell'),
  ],
} as const satisfies Readonly<Record<Exclude<BuiltInPipeline, 'upgrade-family'>, readonly JobStep[]>>;

export type JobId = keyof typeof jobs;
export type StepOf<J extends JobId> = (typeof jobs)[J][number]['id'];

/** A step that is to be done or taken back, as the run asks for it. */
export interface StepOrder {
  readonly job: JobId;
  readonly step: string;
  readonly direction: 'do' | 'undo';
  /** Whose gateway. */
  readonly principalId: string;
  /** A run that is no longer the one at work on it is refused. */
  readonly runId: string;
}

export type StepReply =
  /** `told`: a line for the record, without secrets. */
  | { readonly kind: 'done'; readonly told: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string };
