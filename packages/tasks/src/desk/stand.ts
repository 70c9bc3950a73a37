/**
 * Where a task stands for whoever asks: their own lease is not in their way, nor is that of a process that is gone.
 */

import { compact, type Task } from '@perdure/contract';
import { classify, type Classification, type ClassifyOptions } from '../core/classify.ts';
import type { ClockDeps, LeaseDeps, Writer } from './deps.ts';
import { goneFence } from './holder-process.ts';
import { withKeptToken } from './kept-token.ts';
import { contextOf } from './write.ts';

export type StandDeps = ClockDeps & Pick<LeaseDeps, 'keptTokens' | 'isGone'>;

export interface StandRequest extends Pick<ClassifyOptions, 'confirmed' | 'askFirst'> {
  readonly task: Task;
}

/** Nothing is written. */
export function whereItStands(deps: StandDeps, writer: Writer, { task, ...asked }: StandRequest): Classification {
  const { tokenHash } = contextOf(deps, withKeptToken(deps, writer, task));
  const gone = goneFence(deps, task);
  return classify(task, { now: deps.now(), ...asked, ...compact({ tokenHash, gone }) });
}
