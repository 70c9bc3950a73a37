/**
 * Evidence for a criterion: a check that is run here, or somebody's word. Whether a check may be recorded is asked
 * before it runs, for it takes long and may have effects; once it ran it is recorded, whatever others wrote
 * meanwhile.
 */

import type { Evidence, Task } from '@perdure/contract';
import { noSuchTask, refuse } from '../core/answers.ts';
import { decide } from '../core/decide.ts';
import { holdsLease } from '../core/lease.ts';
import type { Refusal } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import { folderOf, placeOf, runCheckOf, type CheckPlace } from './check.ts';
import type { CallerDeps, CheckRequest, EvidenceDeps, IdDeps, WriteDeps, Writer } from './deps.ts';
import { contextOf, onNewest, writeTask } from './write.ts';

export type VerifyRequest = { readonly taskId: string; readonly criterion: number } & (
  | ({ readonly kind: 'check' | 'baseline'; readonly place: CheckPlace } & Omit<CheckRequest, 'cwd'>)
  | {
      readonly kind: 'attest';
      readonly statement: string;
      /** Absolute: what counts as the folder of a task of no project. */
      readonly home: string;
    }
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

type VerifyDeps = WriteDeps & IdDeps & EvidenceDeps & CallerDeps;

export async function verify(deps: VerifyDeps, writer: Writer, request: VerifyRequest): Promise<VerifyOutcome> {
  return request.kind === 'attest' ? await attest(deps, writer, request) : await runAndRecord(deps, writer, request);
}

async function attest(
  deps: VerifyDeps,
  given: Writer,
  { statement, home, ...request }: WordRequest,
): Promise<VerifyOutcome> {
  const writer = { ...given, process: deps.process };
  const task = await deps.store.get(request.taskId);
  if (task === undefined) return noSuchTask(request.taskId);
  const isHolder = holdsLease(task, contextOf(deps, writer).tokenHash);
  if (writer.name === undefined && !isHolder) return { kind: 'nameless' };
  const blank = { ...blankEvidence(deps, request), statement };
  const early = decide(task, { type: 'evidence', evidence: blank }, contextOf(deps, writer));
  if (early.kind === 'refused' && writer.revision === undefined) return early;
  const evidence = { ...blank, ...(await acceptedFiles(deps, task, { criterion: request.criterion, home })) };
  return await record(deps, writer, { ...request, evidence, timedOut: false, changedSubject: false });
}

/**
 * What a word is given for: the files of the check that it accepts, else all of the project. A word is bound to nothing
 * where nothing says which files there are.
 */
async function acceptedFiles(
  { evidence }: EvidenceDeps,
  task: Task,
  { criterion, home }: Pick<WordRequest, 'criterion' | 'home'>,
): Promise<Pick<Evidence, 'cwd' | 'subject'>> {
  const check = task.evidence.findLast((one) => one.kind === 'check' && one.criterion === criterion);
  const folder = task.project === '' ? home : task.project;
  const places = [
    ...(check?.cwd === undefined ? [] : [{ cwd: check.cwd, paths: check.subject?.paths ?? [] }]),
    { cwd: folder, paths: [] },
  ];
  for (const place of places) {
    const seen = await evidence.look(place);
    if (seen.kind === 'subject') return { cwd: place.cwd, subject: seen.subject };
  }
  return {};
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
  const late = request.kind === 'baseline' ? await changedSinceBegin(deps, task) : undefined;
  if (late !== undefined) return late;
  const run = await runCheckOf(deps, writer, { task, check: { command, cwd, paths, timeoutMs } });
  if (run.kind === 'refused') return run;
  return await record(deps, onNewest(writer), {
    ...run,
    taskId,
    evidence: { ...blank, ...run.evidence, ...placeOf(task, cwd) },
  });
}

/** Files that were edited are work, recorded or not. */
async function changedSinceBegin({ evidence }: EvidenceDeps, { task_id, begun_on: begun }: Task) {
  if (begun === undefined) return undefined;
  const seen = await evidence.look({ cwd: begun.cwd, paths: begun.subject.paths });
  if (seen.kind === 'refused') return seen;
  if (seen.subject.digest === begun.subject.digest) return undefined;
  const message = `A baseline is run before the work, and the files of ${begun.cwd} are no longer what they were when task ${task_id} was made; ask a person to judge the failure.`;
  return refuse('conflict', message, { reason: 'begun' });
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
  writer: Writer & CallerDeps,
  { taskId, evidence, timedOut, changedSubject }: RecordRequest,
): Promise<VerifyOutcome> {
  const outcome = await writeTask(deps, writer, { taskId, command: { type: 'evidence', evidence } });
  if (outcome.kind === 'refused') return outcome;
  const { task } = outcome;
  return { kind: 'recorded', task, evidence: task.evidence.at(-1) ?? evidence, timedOut, changedSubject };
}
