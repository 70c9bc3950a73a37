/**
 * A tool call as one durable step: its start is committed before the tool runs, its result after. What an interruption
 * in between means depends on the effect of the tool.
 *
 * T1 `pure` and `idempotent` calls are run again, with the same idempotency key.
 * T2 a `once` call is never run twice by itself. Interrupted, its outcome is unknown: `verify` decides where the tool
 *    has one, else the run stops at `needs_attention` until a person says *done with this result*, *run again* or
 *    *fail*.
 * T3 a call with `confirm` waits for an approval that shows its exact arguments. The approval's key carries their hash,
 *    so other arguments find no approval.
 * T4 a failure is a value for an agent and an error for a pipeline; a tool that throws is a defect, logged as one.
 */

import { decisionSchema, PerdureError, type Json, type ToolResult } from '@perdure/contract';
import { z } from 'zod';
import type { DriveSession } from '../session/drive-session.ts';
import { human } from './human.ts';
import { never } from '../session/in-flight.ts';
import { inputHash } from '../record/input-hash.ts';
import { jsonText } from '../record/json-text.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import type { Scope } from './scope.ts';
import type { CalledTool, ToolRequest } from './step-port.ts';
import type { Tool } from './tool-port.ts';
import { notLoaded } from './not-loaded.ts';
import {
  begin,
  failure,
  isOnce,
  messageOf,
  record,
  type AcceptedCall,
  type ToolDeps,
  type ToolFailure,
  type ToolStepRequest,
} from './tool-record.ts';
import { runTool } from './tool-run.ts';
import { undoOfCall } from './tool-undo.ts';

/** The call of an agent: its failure is a value, recorded as the result. */
export async function callTool(scope: Scope, request: ToolRequest, deps: ToolDeps): Promise<CalledTool> {
  const step = await finishedCall(scope, { ...request, failureIs: 'value' }, deps);
  return {
    seq: step.seq,
    callHash: step.inputHash ?? '',
    resultHash: (step.kind === 'tool' && step.detail?.resultHash) || '',
    read: async () => (await scope.outcomeOf(step)) as ToolResult<Json>,
  };
}

/** The call of a pipeline: the tool's data, or an error thrown. */
export async function useTool(
  scope: Scope,
  request: Omit<ToolStepRequest, 'failureIs'>,
  deps: ToolDeps,
): Promise<Json> {
  const input = plain(scope.session, request);
  if (input === undefined) return await never();
  return (await scope.outcomeOf(await finishedCall(scope, { ...request, ...input, failureIs: 'error' }, deps))) as Json;
}

/**
 * The arguments as JSON: what is shown, hashed and called is one and the same. Undefined, and the run stops, for what
 * is no JSON.
 */
function plain(session: DriveSession, { key, input }: Pick<ToolStepRequest, 'key' | 'input'>) {
  const text = jsonText(input ?? null);
  if (text.kind === 'json') return { input: JSON.parse(text.text) as Json };
  const message = `ctx.tool("${key}"): the arguments are not JSON (${text.why}); give plain data, then resume the run.`;
  session.gate.stopForAttention(new PerdureError('invalid_input', message));
  return undefined;
}

async function finishedCall(scope: Scope, request: ToolStepRequest, deps: ToolDeps): Promise<FinishedStep> {
  const { gate, run, inFlight } = scope.session;
  const { key, tool } = request;
  const undo = undoOfCall(scope, request, deps);
  const input = { tool, input: request.input };
  const clearedSeq = run.cleared?.seq ?? 0;
  const guard = request.guard && (() => request.guard?.({ callHash: inputHash(input), clearedSeq }));
  // An agent is told what it cannot call; a pipeline has no way round a tool that is gone.
  const lacks = request.failureIs === 'error' ? () => lackOf(tool, deps) : undefined;
  const entry = scope.enter({ key, kind: 'tool', input, undo, guard, lacks });
  if (entry.kind === 'blocked') return await never();
  if (entry.kind === 'finished') return entry.step;
  const begun = entry.kind === 'begun' ? entry.step : undefined;
  const prepared = await inFlight.run(() => prepare(deps.tools(tool), request, deps));
  if (prepared.kind === 'ready') return await work(scope, prepared, { request, deps, begun });
  if (begun !== undefined && (isOnce(begun) || request.failureIs === 'error')) {
    gate.stopForAttention(goneWhileOpen(tool, { key: begun.key, why: prepared.failure.errorMessage }));
    return await never();
  }
  return await inFlight.run(() =>
    record(scope.session, begun ?? begin(scope, request), { request, result: prepared.failure }),
  );
}

type Preparation =
  | { readonly kind: 'refused'; readonly failure: ToolFailure }
  | { readonly kind: 'ready'; readonly tool: Tool; readonly input: unknown };

/** What a model may get wrong is an answer to it, not an error of the run. */
async function prepare(
  tool: Tool | undefined,
  request: ToolRequest,
  { trial }: Pick<ToolDeps, 'trial'>,
): Promise<Preparation> {
  if (request.refusal !== undefined) return { kind: 'refused', failure: failure(request.refusal) };
  if (tool === undefined) return { kind: 'refused', failure: failure(`There is no tool "${request.tool}".`) };
  const endless = await trial?.(tool.input, request.input);
  if (endless !== undefined)
    return { kind: 'refused', failure: failure(`The arguments are not accepted: ${endless}.`) };
  try {
    const input = tool.input.safeParse(request.input);
    if (input.success) return { kind: 'ready', tool, input: input.data };
    return { kind: 'refused', failure: failure(`The arguments are not valid: ${z.prettifyError(input.error)}`) };
  } catch (error) {
    // A check of the author's own may throw.
    return { kind: 'refused', failure: failure(`The arguments cannot be checked: ${messageOf(error)}`) };
  }
}

interface CallState {
  readonly request: ToolStepRequest;
  readonly deps: ToolDeps;
  /** Its step, where an earlier drive has begun it. */
  readonly begun: StartedStep<'tool'> | undefined;
}

async function work(
  scope: Scope,
  { tool, input }: Extract<Preparation, { readonly kind: 'ready' }>,
  { request, deps, begun }: CallState,
): Promise<FinishedStep> {
  const { session } = scope;
  const { gate, inFlight } = session;
  const inside = scope.below(request.key);
  if (tool.kind === 'question') {
    const { question, choices } = tool.toQuestion(input);
    const schema = choices === undefined ? z.string().min(1) : z.enum(choices);
    const answer = await human(inside, question, { key: 'question', schema, newId: deps.newId });
    const result = { success: true, data: answer } as const;
    return await inFlight.run(() => record(session, begin(scope, request), { request, result }));
  }
  const call: AcceptedCall = { scope, request, tool, input, deps };
  if (begun !== undefined) return await runTool(call, { kind: 'interrupted', step: begun });
  if (tool.confirm === true) {
    const refusal = await approval(inside, call);
    if (refusal !== undefined) {
      const unbegun = begin(scope, request, tool.effect);
      return await inFlight.run(() => record(session, unbegun, { request, result: refusal }));
    }
  }
  // While a person was asked, an order may have come.
  if (!gate.isOpen) return await never();
  return await runTool(call, { kind: 'new', start: () => start(call) });
}

/** Committed before the tool runs. */
async function start({ scope, request, tool }: AcceptedCall): Promise<StepRecord> {
  const step = begin(scope, request, tool.effect);
  const event = { type: 'step.started', data: { key: step.key, kind: 'tool', tool: tool.id } } as const;
  return await scope.session.record.write(step, event);
}

/** Waits until a person has looked at the call (T3). Undefined: it is approved. */
async function approval(inside: Scope, call: AcceptedCall): Promise<ToolFailure | undefined> {
  const { request, tool, deps, input } = call;
  const hash = inputHash({ tool: request.tool, input }).slice(0, 16);
  const decision = await human(inside, `May "${tool.id}" be called with these arguments?`, {
    key: `approval-${hash}`,
    schema: decisionSchema,
    purpose: 'approval',
    context: { tool: tool.id, effect: tool.effect, arguments: input },
    newId: deps.newId,
  });
  if (decision.verdict === 'approved') return undefined;
  const why = decision.feedback === '' ? '' : ` They said: ${decision.feedback}`;
  return failure(`A person did not approve this call.${why}`);
}

/** What only its author can mend, or whoever switched it off: nothing is wrong with the work so far. */
function lackOf(id: string, { tools, whyLeftOut }: ToolDeps): PerdureError | undefined {
  const tool = tools(id);
  if (tool === undefined) {
    const message = `${notLoaded('tool', id, whyLeftOut)}, then resume the run.`;
    return new PerdureError('not_found', message, { details: { tool: id } });
  }
  if (tool.kind !== 'function' || tool.off === undefined) return undefined;
  return new PerdureError('config_invalid', `${tool.off} Then resume the run.`, { details: { tool: id } });
}

/** Without the tool, or with one that takes other arguments, nobody can find out what became of the call. */
function goneWhileOpen(tool: string, { key, why }: { readonly key: string; readonly why: string }): PerdureError {
  return new PerdureError(
    'definition_invalid',
    `The call of "${tool}" at "${key}" was interrupted and cannot be settled: ${why} Put the tool back as it was, then resume the run.`,
    { details: { stepKey: key, tool } },
  );
}
