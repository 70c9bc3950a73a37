/**
 * Completion, which passes the gate on the files as they are now. In this order: whether the writer may complete
 * the task at all, which checks are stale, those run again if that was asked for, the gate, the write. Whoever may
 * not write is refused before any check runs.
 */

import { compact, type Evidence, type Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import type { TaskCommand } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import { gate, voidChecks, type GateGap, type RepeatableCheck } from '../core/gate.ts';
import type { Refusal } from '../core/ports.ts';
import { folderOf, placeOf, runCheckOf, type CheckPlace } from './check.ts';
import type { EvidenceDeps, WriteDeps, Writer } from './deps.ts';
import { markFound, voidStale } from './stale-evidence.ts';
import { contextOf, onNewest, writeTask } from './write.ts';

export interface CompleteRequest {
  readonly taskId: string;
  readonly summary?: string | undefined;
  /** A reason to pass the gate by force. */
  readonly override?: string | undefined;
  /** Runs checks that are void once more; absent: no. */
  readonly reverify?: ReverifyRequest | undefined;
}

export interface ReverifyRequest {
  /** For each check. */
  readonly timeoutMs: number;
  /** Where it may run again; each runs in the folder where it ran. */
  readonly place: CheckPlace;
  /** Told of each check before it runs, and when its outcome is recorded. */
  readonly onCheck?: (step: ReverifyStep) => void;
}

export type ReverifyStep =
  | { readonly kind: 'begins'; readonly check: RepeatableCheck }
  | {
      readonly kind: 'recorded';
      readonly evidence: Evidence;
      readonly timedOut: boolean;
      readonly changedSubject: boolean;
    };

export type CompleteOutcome =
  | { readonly kind: 'completed'; readonly task: Task }
  /** `refusal` says the same in a sentence. */
  | { readonly kind: 'gate_open'; readonly task: Task; readonly gaps: readonly GateGap[]; readonly refusal: Refusal }
  | Refusal;

type CompleteDeps = WriteDeps & EvidenceDeps;

export async function completeTask(
  deps: CompleteDeps,
  writer: Writer,
  { taskId, summary, override, reverify }: CompleteRequest,
): Promise<CompleteOutcome> {
  const command = { type: 'complete', ...compact({ summary, override }) } as const;
  const found = await deps.store.get(taskId);
  if (found === undefined) return noSuchTask(taskId);
  const early = await refusalOf(deps, writer, { task: found, command });
  if (early !== undefined) return early;
  // Evidence makes revisions of its own from here on; what the writer has seen is compared.
  const latest = onNewest(writer);
  const evidence = await voidStale(deps, latest, found);
  const run = reverify === undefined ? evidence : await runAgain(deps, latest, { task: evidence.task, reverify });
  if ('kind' in run) return run;
  const { task, uncompared } = markFound(deps, { ...evidence, task: run.task });
  const decision = decide(task, command, contextOf(deps, latest));
  if (decision.kind === 'refused' && decision.code === 'gate_open') {
    return { kind: 'gate_open', task, gaps: gate(task), refusal: decision };
  }
  // What cannot be compared is recorded nowhere, so the store is told: else nothing would seem to be forced.
  const outcome = await writeTask(deps, latest, { taskId, command: { ...command, uncompared } });
  return outcome.kind === 'refused' ? outcome : { kind: 'completed', task: outcome.task };
}

/** What is in the way besides the gate: an older revision, the lease of another, the state of the task. */
async function refusalOf(
  deps: CompleteDeps,
  writer: Writer,
  { task, command }: { readonly task: Task; readonly command: TaskCommand },
): Promise<Refusal | undefined> {
  const early = decide(task, command, contextOf(deps, writer));
  if (early.kind !== 'refused' || early.code === 'gate_open') return undefined;
  if (writer.revision === undefined || writer.revision === task.revision) return early;
  // Refused for certain, for revisions only grow; and the store says what came after the one that was seen.
  const outcome = await writeTask(deps, writer, { taskId: task.task_id, command });
  return outcome.kind === 'refused' ? outcome : early;
}

/** Stops at the first check that may not be recorded. */
async function runAgain(
  deps: CompleteDeps,
  writer: Writer,
  { task, reverify: { timeoutMs, place, onCheck } }: { readonly task: Task; readonly reverify: ReverifyRequest },
): Promise<{ readonly task: Task } | Refusal> {
  let newest = task;
  for (const check of voidChecks(task)) {
    const { criterion, command, subject } = check;
    const cwd = folderOf(task, { ...place, folder: check.cwd });
    if (typeof cwd !== 'string') return cwd;
    onCheck?.({ kind: 'begins', check });
    const again = { command, cwd, paths: subject?.paths ?? [], timeoutMs };
    const run = await runCheckOf(deps, writer, { task, check: again });
    if (run.kind === 'refused') return run;
    const evidence = { ...run.evidence, ...placeOf(task, cwd), criterion, kind: 'check' as const, by: '' };
    const outcome = await writeTask(deps, writer, { taskId: task.task_id, command: { type: 'evidence', evidence } });
    if (outcome.kind === 'refused') return outcome;
    newest = outcome.task;
    const { timedOut, changedSubject } = run;
    onCheck?.({ kind: 'recorded', evidence, timedOut, changedSubject });
  }
  return { task: newest };
}
