/**
 * Evidence for a criterion: a check that is run here, or somebody's word. Whether a check may be recorded is asked
 * before it runs, for it takes long and may have effects; once it ran it is recorded, whatever others wrote
 * meanwhile.
 */

import type { Evidence, Task } from '@perdure/contract';
import { noSuchTask } from '../core/answers.ts';
import { decide } from '../core/decide.ts';
import { holdsLease } from '../core/lease.ts';
import type { Refusal } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import { folderOf, runCheckOf, type CheckPlace } from './check.ts';
import type { CheckRequest, EvidenceDeps, IdDeps, WriteDeps, Writer } from './deps.ts';
import { contextOf, onNewest, writeTask } from './write.ts';

export type VerifyRequest = { readonly taskId: string; readonly criterion: number } & (
  | ({ readonly kind: 'check' | 'baseline'; readonly place: CheckPlace } & Omit<CheckRequest, 'cwd'>)
  | { readonly kind: 'attest'; readonly statement: string }
);

type CheckVerifyRequest = Extract<VerifyRequest, { readonly kind: 'check' | 'baseline' }>;
type WordRequest = Extract<VerifyRequest, { readonly kind: 'attest' }>;

export type VerifyOutcome =
  | {
      readonly kind: 'recorded';
      readonly task: Task;
      /** As it was recorded. */
      readonly evidence: Evidence;
      readonly timedOut: boolean;
      readonly changedSubject: boolean;
    }
  /** A word is worth as much as whose it is, and nothing says whose this one is. */
  | { readonly kind: 'nameless' }
  | Refusal;

type VerifyDeps = WriteDeps & IdDeps & EvidenceDeps;

export async function verify(deps: VerifyDeps, writer: Writer, request: VerifyRequest): Promise<VerifyOutcome> {
  return request.kind === 'attest' ? await attest(deps, writer, request) : await runAndRecord(deps, writer, request);
}

async function attest(
  deps: VerifyDeps,
  writer: Writer,
  { statement, ...request }: WordRequest,
): Promise<VerifyOutcome> {
  if (writer.name === undefined) {
    const task = await deps.store.get(request.taskId);
    const isHolder = task !== undefined && holdsLease(task, contextOf(deps, writer).tokenHash);
    if (task !== undefined && !isHolder) return { kind: 'nameless' };
  }
  const evidence = { ...blankEvidence(deps, request), statement };
  return await record(deps, writer, { ...request, evidence, timedOut: false, changedSubject: false });
}

async function runAndRecord(deps: VerifyDeps, writer: Writer, request: CheckVerifyRequest): Promise<VerifyOutcome> {
  const { taskId, command, paths, timeoutMs } = request;
  const task = await deps.store.get(taskId);
  if (task === undefined) return noSuchTask(taskId);
  const blank = blankEvidence(deps, request);
  const early = decide(task, { type: 'evidence', evidence: blank }, contextOf(deps, writer));
  if (early.kind === 'refused') return early;
  const cwd = folderOf(task, request.place);
  if (typeof cwd !== 'string') return cwd;
  const run = await runCheckOf(deps, writer, { task, check: { command, cwd, paths, timeoutMs } });
  if (run.kind === 'refused') return run;
  return await record(deps, onNewest(writer), { ...run, taskId, evidence: { ...blank, ...run.evidence } });
}

/** Who gave it, and when, is for the core to say. */
function blankEvidence(
  { newId, now }: IdDeps & Pick<WriteDeps, 'now'>,
  { criterion, kind }: Pick<VerifyRequest, 'criterion' | 'kind'>,
): Evidence {
  return { id: newId(), criterion, kind, by: '', at: isoTime(now()), passed: true };
}

interface RecordRequest {
  readonly taskId: string;
  readonly evidence: Evidence;
  readonly timedOut: boolean;
  readonly changedSubject: boolean;
}

async function record(
  deps: WriteDeps,
  writer: Writer,
  { taskId, evidence, timedOut, changedSubject }: RecordRequest,
): Promise<VerifyOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'evidence', evidence } });
  if (outcome.kind === 'refused') return outcome;
  const { task } = outcome;
  return { kind: 'recorded', task, evidence: task.evidence.at(-1) ?? evidence, timedOut, changedSubject };
}
