/**
 * A tool call as one durable step: its start is committed before the tool runs, its result after. What an interruption in between means
 * depends on the effect of the tool.
 *
 * T1 `pure` and `idempotent` calls are run again, with the same idempotency key.
 * T2 a `once` call is never run twice by itself. Interrupted, its outcome is unknown: `verify` decides where the tool has one, else the
 *    run stops at `needs_attention` until a person says *done with this result*, *run again* or *fail*.
 * T3 a call with `confirm` waits for an approval that shows its exact arguments. The approval's key carries their hash, so other arguments
 *    find no approval.
 * T4 a failure is a value for an agent and an error for a pipeline; a tool that throws is a defect, logged as one.
 */

import { decisionSchema, PerdureError, type Json, type ToolResult } from '@perdure/contract';
import { z } from 'zod';
import { never, type DriveSession } from './drive-session.ts';
import { human } from './human.ts';
import { jsonText } from './json-text.ts';
import type { CalledTool, StepRecord, ToolRequest } from './ports.ts';
import type { SessionScope } from './step-scope.ts';
import { errorOfStep, inputHash } from './step-writes.ts';
import type { Tool } from './tool-port.ts';
import {
  begin,
  failure,
  isOnce,
  messageOf,
  record,
  resultHashOf,
  toolFailed,
  type AskedTool,
  type Call,
  type ToolDeps,
  type ToolFailure,
} from './tool-record.ts';
import { runTool } from './tool-run.ts';

/** The call of an agent: its failure is a value, recorded as the result. */
export async function callTool(scope: SessionScope, request: ToolRequest, deps: ToolDeps): Promise<CalledTool> {
  const { session } = scope;
  const step = await finishedCall(scope, { ...request, failureIs: 'value' }, deps);
  return {
    seq: step.seq,
    callHash: step.inputHash ?? '',
    resultHash: resultHashOf(step),
    read: async () => (await session.resultOf(step)) as ToolResult<Json>,
  };
}

/** The call of a pipeline: the tool's data, or an error thrown. */
export async function useTool(
  scope: SessionScope,
  request: Omit<AskedTool, 'failureIs'>,
  deps: ToolDeps,
): Promise<Json> {
  const input = plain(scope.session, request);
  if (input === undefined) return await never();
  const step = await finishedCall(scope, { ...request, ...input, failureIs: 'error' }, deps);
  if (step.status === 'failed')
    throw errorOfStep(step.error ?? toolFailed(request.tool, failure('no reason given')), step.key);
  return (await scope.session.resultOf(step)) as Json;
}

/** The arguments as JSON: what is shown, hashed and called is one and the same. Undefined, and the run stops, for what is no JSON. */
function plain(session: DriveSession, { key, input }: Pick<AskedTool, 'key' | 'input'>) {
  const text = jsonText(input ?? null);
  if (text.kind === 'json') return { input: JSON.parse(text.text) as Json };
  const message = `ctx.tool("${key}"): the arguments are not JSON (${text.why}); give plain data, then resume the run.`;
  session.stopForAttention(new PerdureError('invalid_input', message));
  return undefined;
}

async function finishedCall(scope: SessionScope, request: AskedTool, deps: ToolDeps): Promise<StepRecord> {
  const { session } = scope;
  const key = scope.keyOf(request.key);
  const asked = { kind: 'tool', input: { tool: request.tool, input: request.input } } as const;
  const found = scope.enter(request.key, asked);
  if (request.undo !== undefined) session.undos.set(key, request.undo);
  if (found === 'blocked') return await never();
  if (found !== undefined && found.status !== 'started') return found;
  if (!session.mayBegin) return await never();
  const clearedSeq = session.run.cleared?.seq ?? 0;
  const stop = found === undefined ? request.guard?.({ callHash: inputHash(asked.input), clearedSeq }) : undefined;
  if (stop !== undefined) {
    session.stopForAttention(stop);
    return await never();
  }
  const prepared = prepare(deps.tools(request.tool), request);
  if (prepared.kind === 'ready') return await work(scope, prepared, { request, key, deps, found });
  if (found !== undefined && isOnce(found)) {
    session.stopForAttention(goneWhileOpen(request.tool, { key, why: prepared.failure.errorMessage }));
    return await never();
  }
  return await session.inFlight(() =>
    record(session, found ?? begin(session, request, key), { request, result: prepared.failure }),
  );
}

type Prepared =
  | { readonly kind: 'refused'; readonly failure: ToolFailure }
  | { readonly kind: 'ready'; readonly tool: Tool; readonly input: unknown };

/** What a model may get wrong is an answer to it, not an error of the run. */
function prepare(tool: Tool | undefined, request: ToolRequest): Prepared {
  if (request.refusal !== undefined) return { kind: 'refused', failure: failure(request.refusal) };
  if (tool === undefined) return { kind: 'refused', failure: failure(`There is no tool "${request.tool}".`) };
  try {
    const input = tool.input.safeParse(request.input);
    if (input.success) return { kind: 'ready', tool, input: input.data };
    return { kind: 'refused', failure: failure(`The arguments are not valid: ${z.prettifyError(input.error)}`) };
  } catch (error) {
    // A check of the author's own may throw.
    return { kind: 'refused', failure: failure(`The arguments cannot be checked: ${messageOf(error)}`) };
  }
}

interface Begun {
  readonly request: AskedTool;
  readonly key: string;
  readonly deps: ToolDeps;
  readonly found: StepRecord | undefined;
}

async function work(
  scope: SessionScope,
  { tool, input }: Extract<Prepared, { readonly kind: 'ready' }>,
  { request, key, deps, found }: Begun,
): Promise<StepRecord> {
  const { session } = scope;
  const inside = scope.below(request.key);
  if (tool.kind === 'question') {
    const { question, choices } = tool.toQuestion(input);
    const schema = choices === undefined ? z.string().min(1) : z.enum(choices);
    const answer = await human(inside, question, { key: 'question', schema, newId: deps.newId });
    const result = { success: true, data: answer } as const;
    return await session.inFlight(() => record(session, begin(session, request, key), { request, result }));
  }
  const call: Call = { scope, request, key, tool, input, deps };
  if (found !== undefined) return await runTool(call, { started: found, isInterrupted: true });
  if (tool.confirm === true) {
    const refusal = await approval(inside, call);
    if (refusal !== undefined) {
      const unbegun = begin(session, request, key, tool.effect);
      return await session.inFlight(() => record(session, unbegun, { request, result: refusal }));
    }
  }
  // While a person was asked, an order may have come.
  if (!session.mayBegin) return await never();
  const started = await session.inFlight(() =>
    session.writeStep(withoutBlob(begin(session, request, key, tool.effect)), {
      type: 'step.started',
      data: { key, kind: 'tool', tool: tool.id },
    }),
  );
  return await runTool(call, { started, isInterrupted: false });
}

/** Waits until a person has looked at the call (T3). Undefined: it is approved. */
async function approval(inside: SessionScope, call: Call): Promise<ToolFailure | undefined> {
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

/** Without the tool, or with one that takes other arguments, nobody can find out what became of the call. */
function goneWhileOpen(tool: string, { key, why }: { readonly key: string; readonly why: string }): PerdureError {
  return new PerdureError(
    'definition_invalid',
    `The call of "${tool}" at "${key}" was interrupted and cannot be settled: ${why} Put the tool back as it was, then resume the run.`,
    { details: { stepKey: key, tool } },
  );
}

function withoutBlob({ resultBlob: _none, ...step }: StepRecord): Omit<StepRecord, 'resultBlob'> {
  return step;
}
