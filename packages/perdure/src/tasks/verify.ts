/** `perdure task verify`: runs a check and records what it found, or records somebody's word. */

import { PerdureError, type Evidence, type Task } from '@perdure/contract';
import { criterionProblem, verify, type VerifyRequest } from '@perdure/tasks';
import { givenText } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { warnOfRun, withChecks } from './check-runner.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseTaskId, parseText } from './parse.ts';
import { orThrow } from './refusal.ts';
import { evidenceLine } from './view-lines.ts';
import type { WriteOptions } from './write-flags.ts';

export interface VerifyOptions extends WriteOptions {
  readonly criterion: number;
  readonly paths?: readonly string[];
  readonly baseline?: boolean;
  readonly timeout: number;
  readonly attest?: string;
}

export interface VerifyWords {
  readonly id: string;
  readonly command: readonly string[];
}

export async function verifyTask(rim: Rim, words: VerifyWords, options: VerifyOptions): Promise<number> {
  const { id } = words;
  const request = await requestOf(rim, words, options);
  using tasks = await openTasks(rim, options);
  const { name, ...writer } = await writerOn(rim, tasks, { id, options });
  // A name that was found out may be another in the next process of the same agent.
  const isNamed = request.kind !== 'attest' || options.holder !== undefined;
  const who = isNamed ? { ...writer, name } : writer;
  const outcome = orThrow(tasks, await verify(withChecks(rim, tasks), who, request));
  if (outcome.kind === 'nameless') throw new PerdureError('usage', 'Say whose word it is, with --holder.');
  const { task, evidence } = outcome;
  warnOfRun(rim, options, outcome);
  printData(rim, options, { task_id: id, evidence, revision: task.revision }, () => resultText(task, evidence));
  const counts = evidence.passed && evidence.void_since === undefined;
  return counts || request.kind === 'baseline' ? 0 : 1;
}

async function requestOf(rim: Rim, { id, command }: VerifyWords, options: VerifyOptions): Promise<VerifyRequest> {
  const { criterion, attest, baseline = false, paths = [], timeout } = options;
  if ((attest === undefined) === (command.length === 0)) {
    const message = 'Evidence is either a command after `--`, which is run, or --attest "…"; give one of them.';
    throw new PerdureError('usage', message);
  }
  const taskId = parseTaskId(id);
  if (attest !== undefined) {
    const statement = parseText(await givenText(rim, attest), '--attest', 10_000);
    if (statement.trim() === '') throw new PerdureError('usage', '--attest is empty; say what was seen.');
    return { taskId, criterion, kind: 'attest', statement, home: rim.cwd };
  }
  // Whoever is at a shell has chosen its folder.
  const place = { within: 'anywhere', folder: rim.cwd } as const;
  const kind = baseline ? 'baseline' : 'check';
  return { taskId, criterion, kind, command, place, paths, timeoutMs: timeout * 1000 };
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
