/**
 * The port of a model turn on the wire. A server is first asked for everything it may know; what it refuses is tried
 * without, once each, and remembered. A model that fails for good is followed by the next of its fallback list. Tools
 * are never left out: an agent without its tools would make up what they should have told it.
 */

import { compact, isPerdureError, type PerdureError } from '@perdure/contract';
import { optionalFeatures, type Learnt, type LearntStore, type OptionalFeature } from '../turn/learnt.ts';
import type { ModelTurn, ModelTurnRequest, ModelTurnResult } from '../turn/port.ts';
import { modelName, type ModelTarget } from '../turn/server.ts';
import type { Answer } from '../wire/draft.ts';
import { ask as askOverHttp, type Ask } from './ask.ts';
import type { StatusFailure } from './failure.ts';
import { featuresIn, leaveOut, schemaHashOf } from './features.ts';
import { LearntMemory } from './learnt-memory.ts';
import { modelError } from './sentence.ts';

/** What is asked for the name of a model. */
export interface ModelPlan {
  readonly target: ModelTarget;
  /** Asked in this order where the one before fails for good. */
  readonly fallback: readonly ModelTarget[];
  readonly maxOutputTokens?: number;
}

export interface ModelTurnDeps {
  /** Throws `config_invalid` for a name that means no server. Absent: the default model. */
  readonly planOf: (name: string | undefined) => ModelPlan;
  readonly learnt: LearntStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Sends one request; absent: over HTTP. */
  readonly ask?: Ask;
}

/** Makes the port. Nothing is loaded or requested before the first turn. */
export function createModelTurn({ planOf, learnt, now, ask = askOverHttp }: ModelTurnDeps): ModelTurn {
  const memory = new LearntMemory(learnt, now);
  return async (request) => {
    const { target, fallback, maxOutputTokens } = planOf(request.model);
    const notes: string[] = [];
    const refusals: PerdureError[] = [];
    for (const next of [target, ...fallback]) {
      try {
        const asked = new Asking(request, { target: next, memory, now, ask, ...compact({ maxOutputTokens }) });
        const result = await asked.answer();
        return { ...result, notes: [...notes, ...result.notes] };
      } catch (error) {
        if (!isPerdureError(error, 'model_rejected')) throw error;
        refusals.push(error);
        notes.push(`${modelName(next)} was passed over: ${error.message}`);
      }
    }
    // What somebody can mend lets the run go on, whatever the others of the list say of the request.
    throw refusals.find(({ details }) => details['misconfigured'] === true) ?? refusals[0];
  };
}

interface AskingDeps {
  readonly target: ModelTarget;
  readonly memory: LearntMemory;
  readonly now: () => number;
  readonly ask: Ask;
  readonly maxOutputTokens?: number;
}

/** One turn with one model: as many requests as there are features that it refuses. */
class Asking {
  readonly #request: ModelTurnRequest;
  readonly #deps: AskingDeps;
  readonly #asked: string;
  readonly #notes: string[] = [];

  constructor(request: ModelTurnRequest, deps: AskingDeps) {
    this.#request = request;
    this.#deps = deps;
    this.#asked = modelName(deps.target);
  }

  async answer(): Promise<ModelTurnResult> {
    const { target, memory, now, ask, maxOutputTokens } = this.#deps;
    const startedAt = performance.now();
    let features = await this.#known();
    let refusal: Refused | undefined;
    for (;;) {
      throwIfAborted(this.#request.signal);
      const turn = { ...this.#request, idempotencyKey: this.#keyWithout(features) };
      const outcome = await ask({ turn, target, features, ...compact({ maxOutputTokens }) });
      throwIfAborted(this.#request.signal);
      if (outcome.kind === 'answered') {
        if (refusal !== undefined) await memory.keep(this.#lesson(refusal));
        return this.#toResult(outcome.answer, Math.round(performance.now() - startedAt));
      }
      const { failure, tail } = outcome;
      const left = failure.kind === 'status' ? this.#leaveOut(failure, features) : undefined;
      if (failure.kind !== 'status' || left === undefined) {
        // Where nothing helped, the first words are the ones that meant the request as it is.
        if (refusal?.first.cause === 'server') memory.triedInVain(this.#lesson(refusal));
        const told =
          refusal !== undefined && failure.kind === 'status' && failure.cause === 'request' ? refusal.first : failure;
        throw modelError(told, { target, hasTools: this.#request.tools.length > 0, now: now(), tail });
      }
      features = new Set([...features].filter((feature) => feature !== left));
      refusal = { first: refusal?.first ?? failure, last: failure, feature: left };
      this.#notes.push(`Asked without ${left}: ${reasonOf(failure)}.`);
    }
  }

  async #known(): Promise<ReadonlySet<OptionalFeature>> {
    const { without = [] } = this.#deps.target;
    const all = new Set<OptionalFeature>(optionalFeatures.filter((feature) => !without.includes(feature)));
    const used = this.#sent(all);
    for (const { feature, reason, at } of await this.#deps.memory.about(this.#asked, (name) =>
      schemaHashOf(name, this.#request),
    )) {
      all.delete(feature);
      if (!used.has(feature)) continue;
      this.#notes.push(
        `Asked without ${feature}, which was refused on ${new Date(at).toISOString().slice(0, 10)}: ${reason}.`,
      );
    }
    return all;
  }

  #leaveOut(failure: StatusFailure, features: ReadonlySet<OptionalFeature>): OptionalFeature | undefined {
    const left = leaveOut(failure, this.#sent(features));
    const isVain =
      left !== undefined &&
      failure.cause === 'server' &&
      this.#deps.memory.wasInVain(this.#asked, left, schemaHashOf(left, this.#request));
    return isVain ? undefined : left;
  }

  #sent(features: ReadonlySet<OptionalFeature>): ReadonlySet<OptionalFeature> {
    return featuresIn(this.#request, { api: this.#deps.target.server.api, asked: this.#asked, features });
  }

  /** Another body needs another key. */
  #keyWithout(features: ReadonlySet<OptionalFeature>): string {
    const left = optionalFeatures.filter((feature) => !features.has(feature));
    const { idempotencyKey } = this.#request;
    const key = [idempotencyKey, ...left.map((feature) => `without-${feature}`)].join('-');
    return this.#deps.target.server.name === 'default' ? key : `${key}-${this.#deps.target.server.name}`;
  }

  #lesson({ feature, last }: Refused): Learnt {
    const schemaHash = schemaHashOf(feature, this.#request);
    return { model: this.#asked, feature, schemaHash, reason: reasonOf(last), at: this.#deps.now() };
  }

  #toResult(answer: Answer, latencyMs: number): ModelTurnResult {
    const { target } = this.#deps;
    const { text, toolRequests, ending, usage, model = target.model, carried } = answer;
    return {
      message: {
        role: 'assistant',
        content: text,
        from: { model: this.#asked, api: target.server.api },
        ...compact({ toolRequests: toolRequests.length === 0 ? undefined : toolRequests, carried }),
      },
      text,
      toolRequests,
      ending,
      ...compact({ usage }),
      model,
      asked: this.#asked,
      latencyMs,
      notes: this.#notes,
    };
  }
}

interface Refused {
  readonly first: StatusFailure;
  /** What was refused before the feature was left out. */
  readonly last: StatusFailure;
  readonly feature: OptionalFeature;
}

function reasonOf({ status, reason, words }: StatusFailure): string {
  const said = words === undefined ? '' : `, "${words.replaceAll('"', "'")}"`;
  return `the server answered ${status ?? 'with an error'}${reason === undefined ? '' : ` (${reason})`}${said}`;
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new DOMException('The model turn was aborted.', 'AbortError');
}
