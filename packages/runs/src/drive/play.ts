/**
 * Plays a pipeline function over a session until it has returned, thrown, or stands still with everything parked (P2).
 */

import { PerdureError, type Json, type PipelineDefinition } from '@perdure/contract';
import { createContext, type ContextDeps } from '../steps/context.ts';
import type { DriveSession } from '../session/drive-session.ts';
import type { Ending } from './endings.ts';
import { Scope } from '../steps/scope.ts';
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
    return { kind: 'returned', value: await run(session, pipeline, context) };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

async function run(session: DriveSession, pipeline: PipelineDefinition, context: ContextDeps): Promise<unknown> {
  const given = JSON.parse(session.run.input) as Json;
  const endlessInput = await tried(session, () => context.trial?.(pipeline.input, given));
  if (endlessInput !== undefined) {
    throw new PerdureError(
      'invalid_input',
      `The input of "${pipeline.id}" is not accepted: ${endlessInput}; start a new run with another.`,
    );
  }
  const input = pipeline.input.safeParse(given);
  if (!input.success) {
    throw new PerdureError(
      'invalid_input',
      `The input of "${pipeline.id}" is not valid: ${sentenceOf(input.error)}; start a new run with a valid one.`,
    );
  }
  const value = await pipeline.run(createContext(new Scope(session), context), input.data);
  const endlessOutput = await tried(session, () => context.trial?.(pipeline.output, value));
  if (endlessOutput !== undefined) {
    throw new PerdureError(
      'run_failed',
      `The output of "${pipeline.id}" is not accepted: ${endlessOutput}; correct the pipeline, then retry the run.`,
    );
  }
  const output = pipeline.output.safeParse(value);
  if (!output.success) {
    throw new PerdureError(
      'run_failed',
      `The output of "${pipeline.id}" does not match its schema: ${sentenceOf(output.error)}; correct the pipeline, then retry the run.`,
    );
  }
  return output.data;
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
