/**
 * `perdure task verify`: runs a check and records what it found, or records somebody's word. Whether it may be recorded is asked before
 * the check runs, for a check takes long.
 */

import { randomUUID } from 'node:crypto';
import { PerdureError, type Evidence, type Task } from '@perdure/contract';
import { criterionProblem, decide, isoTime, runCheck, whileRenewing } from '@perdure/tasks';
import { interruptOf } from '../../cli/interrupt.ts';
import type { Rim } from '../../cli/rim.ts';
import { printable } from '../../render/format.ts';
import { openDesk, orThrow, readTask, write, type Desk } from '../desk.ts';
import { givenText } from '../given.ts';
import type { WriteOptions } from '../options.ts';
import { answer, warn } from '../output.ts';
import { parseText } from '../parse.ts';
import { evidenceLine } from '../render.ts';
import { contextOf } from '../who.ts';

export interface VerifyOptions extends WriteOptions {
  readonly criterion: number;
  readonly paths?: readonly string[];
  readonly baseline?: boolean;
  readonly timeout: number;
  readonly attest?: string;
}

export interface VerifyRequest {
  readonly id: string;
  readonly command: readonly string[];
}

export async function verifyTask(rim: Rim, { id, command }: VerifyRequest, options: VerifyOptions): Promise<number> {
  const { criterion, attest, baseline = false } = options;
  if ((attest === undefined) === (command.length === 0)) {
    const message = 'Evidence is either a command after `--`, which is run, or --attest "…"; give one of them.';
    throw new PerdureError('usage', message);
  }
  using desk = await openDesk(rim, options);
  const kind = attest !== undefined ? 'attest' : baseline ? 'baseline' : 'check';
  const blank = blankEvidence(rim, { criterion, kind });
  const found = await readTask(desk, id);
  orThrow(desk, decide(found, { type: 'evidence', evidence: blank }, contextOf(rim, options)));
  const evidence: Evidence =
    attest === undefined
      ? { ...blank, ...(await check(rim, desk, { task: found, command, cwd: rim.cwd, options })) }
      : { ...blank, statement: parseText(await givenText(rim, attest), '--attest', 10_000) };
  // A check that ran is recorded: what was written meanwhile, our renewals among it, does not change what it found.
  const { revision: _, ...latest } = options;
  const writeOptions = attest === undefined ? latest : options;
  const { task } = await write(rim, desk, { id, command: { type: 'evidence', evidence }, options: writeOptions });
  const recorded = task.evidence.at(-1) ?? evidence;
  answer(rim, options, { task_id: id, evidence: recorded, revision: task.revision }, () => resultText(task, recorded));
  return recorded.passed || kind === 'baseline' ? 0 : 1;
}

function blankEvidence(rim: Rim, { criterion, kind }: Pick<Evidence, 'criterion' | 'kind'>): Evidence {
  return { id: randomUUID(), criterion, kind, by: '', at: isoTime(rim.now()), passed: true };
}

export interface CheckRequest {
  readonly task: Task;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly options: WriteOptions & Pick<VerifyOptions, 'paths' | 'timeout'>;
}

/** Runs it, and keeps the caller's lease alive meanwhile; Ctrl-C ends it, with nothing recorded. */
export async function check(rim: Rim, desk: Desk, { task, command, cwd, options }: CheckRequest) {
  using interrupt = interruptOf(rim);
  const run = async () =>
    await runCheck({
      command,
      cwd,
      paths: options.paths ?? [],
      exclude: [desk.place.paths.root],
      env: rim.env,
      timeoutMs: options.timeout * 1000,
      signal: interrupt.signal,
      now: () => rim.now(),
      newId: randomUUID,
    });
  const outcome = await withLease(rim, desk, { task, options, run }).catch((error: unknown) => {
    if (!interrupt.signal.aborted) throw error;
    throw new PerdureError('timeout', 'The check was interrupted and nothing was recorded; run it again.');
  });
  const { evidence, timedOut, changedSubject } = orThrow(desk, outcome);
  if (timedOut) warn(rim, options, `The check was ended after ${options.timeout} s; --timeout gives it more.`);
  if (changedSubject) {
    warn(
      rim,
      options,
      'Files changed while the check ran; the evidence is for the state after it. Is its output ignored by git?',
    );
  }
  return evidence;
}

interface Leased<Result> {
  readonly task: Task;
  readonly options: WriteOptions;
  readonly run: () => Promise<Result>;
}

async function withLease<Result>(rim: Rim, desk: Desk, { task, options, run }: Leased<Result>): Promise<Result> {
  const { tokenHash } = contextOf(rim, options);
  if (tokenHash === undefined || task.lease?.token_hash !== tokenHash) return await run();
  const { revision: _, ...latest } = options;
  const renew = () => write(rim, desk, { id: task.task_id, command: { type: 'renew_lease' }, options: latest });
  return await whileRenewing(renew, task.lease.ttl_ms, run);
}

function resultText(task: Task, evidence: Evidence): string {
  const line = evidenceLine(evidence);
  const problem = evidence.kind === 'attest' ? criterionProblem(task, evidence.criterion) : undefined;
  const worth =
    problem === undefined
      ? ''
      : `\nThe criterion is not met yet (${problem}): its task asks for ${task.acceptance} acceptance.`;
  if (evidence.passed) return `Recorded: ${line}${worth}`;
  return `Recorded: ${line} (exit code ${evidence.exit_code ?? 'none'})\n${printable(evidence.output_tail ?? '').trimEnd()}`;
}
