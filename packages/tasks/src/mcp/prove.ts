/** `perdure_verify` and `perdure_complete`: evidence, and the gate that asks for it. */

import type { Evidence, Task } from '@perdure/contract';
import { z } from 'zod';
import { refuse } from '../core/answers.ts';
import { decide } from '../core/decide.ts';
import { criterionProblem, gate, voidChecks } from '../core/gate.ts';
import { holdsLease } from '../core/lease.ts';
import type { Refusal, Written } from '../core/ports.ts';
import { isoTime } from '../core/time.ts';
import { check, folderOf, voidStale } from './checks.ts';
import { contextOf, write, type Named, type ToolHost } from './host.ts';
import { agentName, defineTool, namedFields, records, refused, told } from './tool.ts';

const defaultTimeoutSeconds = 600;

export const verifyTool = defineTool({
  name: 'perdure_verify',
  title: 'Verify a done criterion',
  tier: 'core',
  description:
    'Runs a command that proves a criterion and keeps exit code, output and what it ran on as evidence. kind baseline: the same before the work. kind attest: your word instead of a command, which is weaker and often not accepted.',
  annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
  input: z.strictObject({
    ...namedFields,
    criterion: z.int().min(0).describe('Number of the done criterion from 1; 0 for a baseline of all'),
    kind: z.enum(['check', 'baseline', 'attest']).default('check'),
    command: z.array(z.string()).min(1).optional().describe('Program and arguments; no shell sees them'),
    folder: z.string().optional().describe('Where it runs, inside the project'),
    paths: z.array(z.string()).default([]).describe('What it is about; default: all files that git does not ignore'),
    timeout_seconds: z.int().min(1).max(3_600).default(defaultTimeoutSeconds),
    statement: z.string().min(1).max(10_000).optional().describe('For attest: what is so, and how you know'),
    agent: agentName.optional().describe('For attest without the lease: your name'),
  }),
  async call({ criterion, kind, command, folder, paths, timeout_seconds, statement, ...named }, host, signal) {
    const task = await host.store.get(named.task_id);
    const wanted = { criterion, kind, by: '', at: isoTime(host.now()), id: host.newId(), passed: true };
    const attested = { ...wanted, ...(statement === undefined ? {} : { statement }) };
    // A command is not run whose outcome would be refused; a task that is not there is refused by the store.
    if (kind === 'attest' || task === undefined) {
      const problem = task && attestProblem(task, { statement, named, host });
      if (problem !== undefined) return refused(refuse('invalid_input', problem));
      return await answered(host, named, attested);
    }
    const early = decide(task, { type: 'evidence', evidence: wanted }, contextOf(host, named));
    if (early.kind === 'refused') return refused(early);
    if (command === undefined)
      return refused(refuse('invalid_input', `A ${kind} needs a command; give program and arguments.`));
    const cwd = folderOf(host, task, folder);
    if (typeof cwd !== 'string') return refused(cwd);
    const timeoutMs = timeout_seconds * 1_000;
    const ran = await check(host, { command, cwd, paths, timeoutMs }, { task, named, signal });
    if (ran.kind === 'refused') return refused(ran);
    // It ran, so it is recorded: what others wrote meanwhile does not change what it found.
    return await answered(host, { ...named, revision: undefined }, { ...ran.evidence, criterion, kind, by: '' }, ran);
  },
});

/** A word is worth as much as whose it is. */
function attestProblem(
  task: Task,
  {
    statement,
    named,
    host,
  }: { readonly statement: string | undefined; readonly named: Named; readonly host: ToolHost },
): string | undefined {
  if (statement === undefined) return 'attest needs a statement; say what is so.';
  if (named.agent !== undefined || holdsLease(task, contextOf(host, named).tokenHash)) return undefined;
  return 'attest needs to know whose word it is; pass your lease, or say in agent who you are.';
}

async function answered(
  host: ToolHost,
  named: Named,
  evidence: Evidence,
  ran: { readonly timedOut: boolean; readonly changedSubject: boolean } = { timedOut: false, changedSubject: false },
) {
  const outcome = await write(host, named, { type: 'evidence', evidence });
  if (outcome.kind === 'refused') return refused(outcome);
  const { criterion, kind, passed, exit_code, output_tail: tail = '' } = evidence;
  const problem = criterion === 0 ? undefined : criterionProblem(outcome.task, criterion);
  const lines = [
    `${kind} of criterion ${criterion}: ${passed ? 'passed' : `failed (exit code ${exit_code ?? 'none'})`}.`,
    ...(ran.timedOut ? ['It was ended because its time was up.'] : []),
    ...(ran.changedSubject ? ['It changed the files it is about; the evidence holds for the state after it.'] : []),
    ...(problem === undefined ? [] : [`The criterion is not met yet: ${problem}.`]),
    ...(tail === '' ? [] : [`Output ends:\n${tail}`]),
  ];
  const data = {
    criterion,
    kind,
    passed,
    exit_code: exit_code ?? null,
    timed_out: ran.timedOut,
    problem: problem ?? null,
  };
  return told(outcome.task, lines.join('\n'), data);
}

export const completeTool = defineTool({
  name: 'perdure_complete',
  title: 'Complete a task',
  tier: 'core',
  description:
    'Close the task. Refused until each done criterion has passed evidence on the present files, every milestone is done or dropped with a reason, and no action or control is open; the refusal lists what is missing.',
  annotations: records,
  input: z.strictObject({
    ...namedFields,
    summary: z.string().max(2_000).optional().describe('What was achieved, and what was not tested'),
    reverify: z.boolean().default(false).describe('Run checks that are void once more first'),
  }),
  async call({ summary, reverify, ...named }, host, signal) {
    const standing = await host.store.get(named.task_id);
    const command = { type: 'complete', ...(summary === undefined ? {} : { summary }) } as const;
    // Refused by the store, in its words.
    const isSeen = named.revision === undefined || named.revision === standing?.revision;
    if (standing === undefined || !isSeen) return asAnswer(await write(host, named, command));
    const { task } = await voidStale(host, standing, named.lease);
    if (reverify) {
      const trouble = await runAgain(host, task, { named, signal });
      if (trouble !== undefined) return refused(trouble);
    }
    return asAnswer(await write(host, { ...named, revision: undefined }, command));
  },
});

function asAnswer(outcome: Written | Refusal) {
  if (outcome.kind === 'refused') return refused(outcome);
  return told(outcome.task, `Task ${outcome.task.task_id} is completed.`, { gaps: gate(outcome.task) });
}

/** Runs the void checks again. Stops at the first that may not be recorded. */
async function runAgain(
  host: ToolHost,
  task: Task,
  { named, signal }: { readonly named: Named; readonly signal: AbortSignal },
): Promise<Refusal | undefined> {
  const writer = contextOf(host, { ...named, revision: undefined });
  const early = decide(task, { type: 'boundary' }, writer);
  if (early.kind === 'refused') return early;
  for (const { criterion, command, cwd, subject } of voidChecks(task)) {
    const timeoutMs = defaultTimeoutSeconds * 1_000;
    const paths = subject?.paths ?? [];
    const ran = await check(host, { command, cwd, paths, timeoutMs }, { task, named, signal });
    if (ran.kind === 'refused') return ran;
    const evidence = { ...ran.evidence, criterion, kind: 'check' as const, by: '' };
    const outcome = await write(host, { ...named, revision: undefined }, { type: 'evidence', evidence });
    if (outcome.kind === 'refused') return outcome;
  }
  return undefined;
}
