/** `perdure_verify` and `perdure_complete`: evidence, and the gate that asks for it. */

import type { Evidence } from '@perdure/contract';
import { z } from 'zod';
import { refuse } from '../core/answers.ts';
import { criterionProblem, gate } from '../core/gate.ts';
import { reservations } from '../core/reservations.ts';
import { touchedText } from '../core/touched.ts';
import { completeTask, type CompleteRequest } from '../desk/complete.ts';
import { verify, type VerifyOutcome, type VerifyRequest } from '../desk/verify.ts';
import { withEvidence, writerOf, type ToolHost } from './host.ts';
import { refused, told, type ToolResult } from './result.ts';
import { agentName, defineTool, namedFields, records } from './tool.ts';

/** A command may do anything. */
const runs = { readOnlyHint: false, destructiveHint: true, openWorldHint: true } as const;
const defaultTimeoutSeconds = 600;

export const verifyTool = defineTool({
  name: 'perdure_verify',
  title: 'Verify a done criterion',
  tier: 'core',
  description:
    'Runs a command that proves a criterion and keeps exit code, output and what it ran on as evidence. kind baseline: the same before the work. It may take minutes: with a progressToken you hear every five seconds that it runs, so let progress reset your time limit, or raise it. kind attest: your word instead of a command, which is weaker and often not accepted.',
  annotations: runs,
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
  async call({ task_id: taskId, lease, revision, agent, ...proof }, host, signal) {
    const request = requestOf(taskId, proof, host.folder);
    if (typeof request === 'string') return refused(refuse('invalid_input', request));
    const outcome = await verify(withEvidence(host, signal), writerOf({ lease, revision, agent }), request);
    if (outcome.kind === 'refused') return refused(outcome);
    return outcome.kind === 'nameless' ? refused(refuse('invalid_input', whoseWord)) : recorded(outcome);
  },
});

interface ProofArguments {
  readonly criterion: number;
  readonly kind: VerifyRequest['kind'];
  readonly command?: readonly string[] | undefined;
  readonly folder?: string | undefined;
  readonly paths: readonly string[];
  readonly timeout_seconds: number;
  readonly statement?: string | undefined;
}

/** Or what is missing for it. */
function requestOf(taskId: string, proof: ProofArguments, home: string): VerifyRequest | string {
  const { criterion, kind, command, folder, paths, timeout_seconds, statement } = proof;
  if (kind === 'attest') {
    return statement === undefined
      ? 'attest needs a statement; say what is so.'
      : { taskId, criterion, kind, statement, home };
  }
  if (command === undefined) return `A ${kind} needs a command; give program and arguments.`;
  const place = { within: 'task_folder', folder, home } as const;
  return { taskId, criterion, kind, command, place, paths, timeoutMs: timeout_seconds * 1_000 };
}

const whoseWord = 'attest needs to know whose word it is; pass your lease, or say in agent who you are.';

function changedMeanwhile(evidence: Evidence): string {
  return `Files it is about changed while it ran, so it does not count${touchedText(evidence)}. Let it write only what git ignores, name its files in paths, or wait until nobody else edits, and run it again.`;
}

function recorded({ task, evidence, ...run }: Extract<VerifyOutcome, { readonly kind: 'recorded' }>) {
  const { criterion, kind, passed, exit_code, output_tail: tail = '' } = evidence;
  const problem = criterion === 0 ? undefined : criterionProblem(task, criterion);
  const lines = [
    `${kind} of criterion ${criterion}: ${passed ? 'passed' : `failed (exit code ${exit_code ?? 'none'})`}.`,
    ...(run.timedOut ? ['It was ended because its time was up.'] : []),
    ...(run.changedSubject ? [changedMeanwhile(evidence)] : []),
    ...(problem === undefined ? [] : [`The criterion is not met yet: ${problem}.`]),
    ...(tail === '' ? [] : [`Output ends:\n${tail}`]),
  ];
  const data = {
    criterion,
    kind,
    passed,
    exit_code: exit_code ?? null,
    timed_out: run.timedOut,
    problem: problem ?? null,
  };
  return told(task, lines.join('\n'), data);
}

const completion = {
  name: 'perdure_complete',
  title: 'Complete a task',
  tier: 'core',
  description:
    'Close the task. Refused until each done criterion has passed evidence on the present files, every milestone is done or dropped with a reason, and no action or control is open; the refusal lists what is missing.',
} as const;

const completionInput = z.strictObject({
  ...namedFields,
  summary: z.string().max(2_000).optional().describe('What was achieved, and what was not tested'),
});

export const completeTool = defineTool({
  ...completion,
  // With reverify it runs commands, as perdure_verify does.
  annotations: runs,
  input: completionInput.extend({
    reverify: z.boolean().default(false).describe('Run checks that are void once more first, inside the project'),
  }),
  async call({ reverify, ...given }, host, signal) {
    const place = { within: 'task_folder', home: host.folder } as const;
    return await complete(host, given, {
      signal,
      reverify: reverify ? { timeoutMs: defaultTimeoutSeconds * 1_000, place } : undefined,
    });
  },
});

/** Where no command may be run. */
export const completeOnRecordTool = defineTool({
  ...completion,
  annotations: { ...records, destructiveHint: true },
  input: completionInput,
  call: async (given, host, signal) => await complete(host, given, { signal, reverify: undefined }),
});

async function complete(
  host: ToolHost,
  { task_id: taskId, summary, ...caller }: z.output<typeof completionInput>,
  { signal, reverify }: { readonly signal: AbortSignal } & Pick<CompleteRequest, 'reverify'>,
): Promise<ToolResult> {
  const outcome = await completeTask(withEvidence(host, signal), writerOf(caller), { taskId, summary, reverify });
  if (outcome.kind === 'refused') return refused(outcome);
  if (outcome.kind === 'gate_open') return refused(outcome.refusal);
  const words = [`Task ${taskId} is completed.`, ...reservations(outcome.task)].join('\n');
  return told(outcome.task, words, { gaps: gate(outcome.task) });
}
