/**
 * The durable context that a pipeline function is given: each method is one kind of step on a scope; `now`, `uuid` and
 * `log` keep to P1.
 */

import { createHash } from 'node:crypto';
import {
  compact,
  errorCatalogue,
  isPerdureError,
  PerdureError,
  type AgentOptions,
  type ChildRunOptions,
  type DelegateOptions,
  type DurableContext,
  type Json,
  type RetryPolicy,
  type ToolOptions,
} from '@perdure/contract';
import { callSite } from '../record/call-site.ts';
import { childRun } from './child-run.ts';
import { delegate } from './delegate.ts';
import { human } from './human.ts';
import { never } from '../session/in-flight.ts';
import { perform } from './leaf-step.ts';
import { map } from './map.ts';
import { review } from './review.ts';
import { sleep } from './sleep.ts';
import type { Scope } from './scope.ts';
import type { AgentCaller, FailedAttempt, FailurePlan } from './step-port.ts';
import type { CallAgent } from './step-scope.ts';
import { useTool } from './tool-call.ts';
import type { ToolDeps } from './tool-record.ts';

export interface ContextDeps extends ToolDeps {
  readonly callAgent: CallAgent;
  readonly wakeRun: (runId: string) => Promise<void>;
}

export function createContext(scope: Scope, deps: ContextDeps): DurableContext {
  return {
    runId: scope.runId,
    step: (key, fn, options = {}) =>
      handled(
        perform(scope, {
          key,
          kind: 'step',
          input: options.input,
          undo: options.undo,
          whenFailed: options.retry && retryByPolicy(options.retry),
          work: async (attempt) => ({ result: await fn(attempt) }),
        }),
      ),
    agent: <T>(name: string, input: unknown, options: AgentOptions = {}) =>
      handled(deps.callAgent(scope, name, input, options.key ?? name) as Promise<T>),
    tool: <T>(tool: string, input: unknown, options: ToolOptions<T>) =>
      keyed(scope, 'tool', options, ({ key, undo }) => useTool(scope, { tool, input, key, undo }, deps) as Promise<T>),
    review: (subject, options) =>
      keyed(scope, 'review', options, () =>
        review(scope, subject, {
          ...options,
          context: (s) => createContext(s, deps),
          callAgent: deps.callAgent,
          newId: deps.newId,
        }),
      ),
    human: (question, options) =>
      keyed(scope, 'human', options, () => human(scope, question, { ...options, newId: deps.newId })),
    delegate: <T>(handle: string, brief: string, options: DelegateOptions<T>) =>
      keyed(scope, 'delegate', options, () => delegate(scope, { handle, brief, ...options }, deps)),
    map: (items, fn, options) =>
      keyed(scope, 'map', options, () => map(scope, items, { ...options, fn, context: (s) => createContext(s, deps) })),
    run: <T>(pipeline: string, input: unknown, options: ChildRunOptions<T>) =>
      keyed(scope, 'run', options, () => childRun(scope, { pipeline, input, ...options }, deps) as Promise<T>),
    sleep: (key, ms) => sleep(scope, key, ms),
    now: (key) =>
      perform(scope, { key, kind: 'now', work: () => Promise.resolve({ result: scope.session.clock.now() }) }),
    uuid: (key) => derivedUuid(scope, key),
    log: (message, fields) =>
      scope.session.record.log({
        type: 'run.log',
        data: { message, ...compact({ fields: fields === undefined ? undefined : plain(fields) }) },
      }),
  };
}

/** Pipelines are not type-checked before they run: a call without its key is told what it lacks, and where. */
function keyed<O extends { readonly key: string }, T>(
  { session }: Scope,
  method: keyof DurableContext,
  options: O,
  call: (options: O) => Promise<T>,
): Promise<T> {
  const given: unknown = options;
  if (typeof given === 'object' && given !== null && 'key' in given) return handled(call(options));
  const message = `ctx.${method} at ${callSite().describe()} lacks its key; give it as an option, { key: "…" }, then resume the run.`;
  session.gate.stopForAttention(new PerdureError('invalid_input', message));
  return never();
}

/** As they are now, and as JSON: what is not must not break the commit that carries the line. */
function plain(fields: Record<string, unknown>): unknown {
  try {
    return JSON.parse(JSON.stringify(fields));
  } catch {
    return '(not JSON)';
  }
}

/**
 * An author may await a call later, or never: its failure is in the record, and must not end the process for want of a
 * reader.
 */
function handled<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}

/**
 * Exponential delay by an author's policy. An error whose code says that the same again cannot succeed is final at
 * once.
 */
export function retryByPolicy(policy: RetryPolicy): (failure: FailedAttempt) => FailurePlan {
  const { attempts, delayMs = 500, maxDelayMs = 30_000 } = policy;
  return ({ error, attempt }) => {
    const isFinal = isPerdureError(error) && !errorCatalogue[error.code].retryable;
    if (isFinal || attempt >= attempts) return { kind: 'final' };
    return { kind: 'again', delayMs: Math.min(delayMs * 2 ** (attempt - 1), maxDelayMs) };
  };
}

/**
 * Needs no record: run and key determine it, and in a fork what it inherited was made with those of its origin.
 * Formatted as a version 8 UUID (RFC 9562, section 5.8).
 */
function derivedUuid(scope: Scope, key: string): string {
  const { session } = scope;
  if (!session.keys.claim(key, scope.keyOf(key))) return '00000000-0000-0000-0000-000000000000';
  const bytes = createHash('sha256')
    .update(`${session.run.originId}/${scope.keyOf(key)}`)
    .digest()
    .subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** An agents room for a worker that has none: every call says so. */
export const noAgents: AgentCaller = {
  call: (_scope, agent): Promise<Json> =>
    Promise.reject(
      new PerdureError('not_found', `There is no agent "${agent}": this worker was started without agents.`),
    ),
};
