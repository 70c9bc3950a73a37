/**
 * A scope as the rooms that build on steps see it: agents perform turns and call tools through it, and know of no
 * drive.
 */

import type { Json } from '@perdure/contract';
import { compose } from './composite-step.ts';
import { perform } from './leaf-step.ts';
import type { Steer } from '../record/record.ts';
import type { Scope } from './scope.ts';
import type { AgentCaller, CalledTool, CompositeStep, LeafStep, StepScope, ToolRequest } from './step-port.ts';

/** How a tool is called as a step: its failure is a value. */
export type CallTool = (scope: Scope, request: ToolRequest) => Promise<CalledTool>;
export type CallAgent = (scope: Scope, agent: string, input: unknown, key: string) => Promise<Json>;

export function agentCallOf(agents: AgentCaller, callTool: CallTool): CallAgent {
  return (scope, agent, input, key) => agents.call(new OpenScope(scope, callTool), agent, input, key);
}

class OpenScope implements StepScope {
  readonly #scope: Scope;
  readonly #callTool: CallTool;

  constructor(scope: Scope, callTool: CallTool) {
    this.#scope = scope;
    this.#callTool = callTool;
  }

  get runId(): string {
    return this.#scope.runId;
  }

  keyOf(key: string): string {
    return this.#scope.keyOf(key);
  }

  below(key: string): StepScope {
    return new OpenScope(this.#scope.below(key), this.#callTool);
  }

  perform<T>(step: LeafStep<T>): Promise<T> {
    return perform(this.#scope, step);
  }

  compose<T>(step: CompositeStep, body: (scope: StepScope) => Promise<T>): Promise<T> {
    return compose(this.#scope, step, () => body(this.below(step.key)));
  }

  during<T>(work: () => Promise<T>): Promise<T> {
    return this.#scope.session.inFlight.run(work);
  }

  callTool(request: ToolRequest): Promise<CalledTool> {
    return this.#callTool(this.#scope, request);
  }

  takeSteers(given: ReadonlySet<string>): readonly Steer[] {
    const { session, at: key } = this.#scope;
    const startedAt = session.record.find(key)?.startedAt ?? session.clock.now();
    return session.steers.take({ key, startedAt }, given);
  }

  showText(key: string, delta: string): void {
    this.#scope.session.live.text(this.runId, this.keyOf(key), delta);
  }
}
