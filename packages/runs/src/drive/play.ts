/**
 * Plays a pipeline function over a session until it has returned, thrown, or stands still with everything parked (P2).
 */

import { PerdureError, type Json, type PipelineDefinition } from '@perdure/contract';
import { createContext, type ContextDeps } from '../steps/context.ts';
import type { DriveSession } from '../session/drive-session.ts';
import type { Ending } from './endings.ts';
import { Scope } from '../steps/scope.ts';
import { damagedValue, isWhole } from '../record/stored-value.ts';
import { agentCallOf } from '../steps/step-scope.ts';
import type { AgentCaller } from '../steps/step-port.ts';
import { callTool } from '../steps/tool-call.ts';

export interface PlayOptions {
  readonly context: Omit<ContextDeps, 'callAgent'> & { readonly agents: AgentCaller };
  readonly stallMs: number;
}

export function playPipeline(
  session: DriveSession,
  pipeline: PipelineDefinition,
  options: PlayOptions,
): Promise<Ending> {
  return new Promise((resolve) => {
    let settled: Ending | undefined;
    let isLooking = false;
    let cancelStall: (() => void) | undefined;

    const end = (ending: Ending): void => {
      cancelStall?.();
      session.gate.close();
      resolve(ending);
    };

    /** Looks once per turn of the event loop: user code between two calls takes microtasks only. */
    const look = (): void => {
      if (isLooking || session.gate.isClosed) return;
      isLooking = true;
      setImmediate(() => {
        isLooking = false;
        if (session.inFlight.isBusy || session.gate.isClosed) return;
        if (settled !== undefined) end(settled);
        else if (session.gate.halted !== undefined || !session.parking.isEmpty) end({ kind: 'quiet' });
        else waitForOutsideWork();
      });
    };

    /**
     * Nothing of ours is in flight or parked, and the function has not returned: it awaits something that we cannot
     * see.
     */
    const waitForOutsideWork = (): void => {
      cancelStall?.();
      cancelStall = session.clock.after(options.stallMs, () => {
        if (session.inFlight.isBusy || settled !== undefined) return;
        session.gate.stopForAttention(
          new PerdureError(
            'stalled',
            `The pipeline "${pipeline.id}" has awaited something outside of ctx for ${options.stallMs / 1000} s; await outside work inside ctx.step, then resume the run.`,
          ),
        );
      });
    };

    session.onActivity(look);
    void session
      .occupied(() => settleRun(session, pipeline, contextOf(options)))
      .then((ending) => {
        settled = ending;
        // A branch that is still going has lost its reader: what is in flight is kept, nothing new begins.
        session.gate.seal();
        return look();
      });
    look();
  });
}

/** How agents call tools is known here, and by no step. */
function contextOf({ context: { agents, ...deps } }: PlayOptions): ContextDeps {
  return { ...deps, callAgent: agentCallOf(agents, (scope, request) => callTool(scope, request, deps)) };
}

async function settleRun(session: DriveSession, pipeline: PipelineDefinition, context: ContextDeps): Promise<Ending> {
  try {
    const input = await inputOf(session, pipeline, context);
    if (input.kind === 'ending') return input.ending;
    const value = await pipeline.run(createContext(new Scope(session), context), input.data);
    return await outputOf(session, pipeline, { value, context });
  } catch (error) {
    return { kind: 'threw', error };
  }
}

type GivenInput =
  | { readonly kind: 'input'; readonly data: unknown }
  | { readonly kind: 'ending'; readonly ending: Ending };

/**
 * The input as the schema makes it. One that it does not take fails a run that has done nothing yet; where something is
 * recorded the schema took it once, so the schema was changed, and only its author can mend that.
 */
async function inputOf(session: DriveSession, pipeline: PipelineDefinition, context: ContextDeps): Promise<GivenInput> {
  const { input: text, inputSum } = session.run;
  if (!isWhole(text, inputSum)) {
    const { code, message } = damagedValue('The input of this run');
    return { kind: 'ending', ending: { kind: 'unplayable', error: { code, message } } };
  }
  const given = JSON.parse(text) as Json;
  const endless = await tried(session, () => context.trial?.(pipeline.input, given));
  const input = endless === undefined ? pipeline.input.safeParse(given) : undefined;
  if (input?.success === true) return { kind: 'input', data: input.data };
  const what = `The input of "${pipeline.id}" is not`;
  const why = input === undefined ? `accepted: ${endless}` : `valid: ${sentenceOf(input.error)}`;
  if (session.record.steps.length === 0) {
    const error = new PerdureError('invalid_input', `${what} ${why}; start a new run with a valid one.`);
    return { kind: 'ending', ending: { kind: 'threw', error } };
  }
  const message = `${what} ${why}; it was when the run began, so put the schema back, then resume the run.`;
  return { kind: 'ending', ending: { kind: 'unplayable', error: { code: 'record_differs', message } } };
}

/** What the function returned, as the schema makes it. A value that it does not take is the author's to mend. */
async function outputOf(
  session: DriveSession,
  pipeline: PipelineDefinition,
  { value, context }: { readonly value: unknown; readonly context: ContextDeps },
): Promise<Ending> {
  const endless = await tried(session, () => context.trial?.(pipeline.output, value));
  const output = endless === undefined ? pipeline.output.safeParse(value) : undefined;
  if (output?.success === true) return { kind: 'returned', value: output.data };
  const why =
    output === undefined ? `is not accepted: ${endless}` : `does not match its schema: ${sentenceOf(output.error)}`;
  const message = `The output of "${pipeline.id}" ${why}; correct the pipeline, then resume the run.`;
  return { kind: 'unplayable', error: { code: 'run_failed', message } };
}

/** The drive does not end meanwhile. */
async function tried(
  { inFlight }: DriveSession,
  trial: () => Promise<string | undefined> | undefined,
): Promise<string | undefined> {
  const trying = trial();
  return trying && (await inFlight.run(() => trying));
}

/** The first problem of a zod error, with its path. */
function sentenceOf(error: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [first] = error.issues;
  if (first === undefined) return 'no reason given';
  return first.path.length === 0 ? first.message : `${first.path.map(String).join('.')}: ${first.message}`;
}
