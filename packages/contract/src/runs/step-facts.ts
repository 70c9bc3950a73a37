/**
 * What is recorded of a step beside its result, by kind: the question that a person was asked, the run that was
 * started, the model that answered. The record and the HTTP API hold it as `detail`, one JSON object; here it is a
 * union by `kind`.
 *
 * Checked by hand and not by zod: a run that wakes reads thousands of these. Members that are not named here are kept.
 */

import { PerdureError } from '../errors/error.ts';
import type { ToolEffect } from '../definitions/tools.ts';
import type { Usage } from './schema.ts';
import type { StepKind } from './step-kinds.ts';

/** Of a function of the pipeline. */
export type WorkFacts = {
  /** Attempts that a person's `retry` has left behind: the retry policy counts from there. */
  readonly attemptsBefore?: number;
};

export type SleepFacts = {
  /** Milliseconds since the epoch, fixed in the first drive. */
  readonly wakeAt: number;
  /** How long it is; absent in what earlier versions recorded. */
  readonly ms?: number;
};

export type ChildRunFacts = {
  /** Id of the run that was started. */
  readonly run: string;
  readonly pipeline: string;
};

export type AgentFacts = {
  /** Absent only where a pipeline named none. */
  readonly agent?: string;
  /** Of its files; absent where there was no such agent. */
  readonly agentHash?: string;
};

/** Of a model turn. Before its end `model` is the one that is asked, then the one that answered, by its own name. */
export type TurnFacts = WorkFacts & {
  readonly agent: string;
  readonly agentHash: string;
  readonly model: string;
  readonly latencyMs?: number;
  /** `stop`, `length`, `tool-calls`, `refusal`, `content-filter`. */
  readonly finishReason?: string;
  /** More exactly than `finishReason`: whether what came is an answer. */
  readonly ending?: string;
  /** `server/model` that was asked: another than the first where that failed for good. */
  readonly asked?: string;
  /** What was left out of the request since the server refuses it, which model was passed over. */
  readonly notes?: readonly string[];
  /** When it first waited for its model, in milliseconds since the epoch. */
  readonly awaySince?: number;
  /** The server does not count: tokens were estimated. */
  readonly usageEstimated?: boolean;
  /** Absent in records of earlier versions where the server did not count. */
  readonly usage?: Usage;
  /** In the money of the settings; absent where no price is known. */
  readonly cost?: number;
  /** Ids of the texts of people that it was told. */
  readonly steers?: readonly string[];
  /** Ids of the tool requests whose outputs were shortened to make the transcript fit. */
  readonly leftOut?: readonly string[];
};

export type ToolFacts = {
  /** Absent only where a pipeline named none. */
  readonly tool?: string;
  /** As promised when the call began; absent where it was refused before. */
  readonly effect?: ToolEffect;
  /** Who asked; absent where the pipeline did. */
  readonly agent?: string;
  /** The arguments. */
  readonly input?: unknown;
  /** Why there is no `input`. */
  readonly inputHidden?: string;
  /** Of a call that has ended; absent where its failure is the error of the step. */
  readonly outcome?: 'ok' | 'failed';
  /** Same result, same hash; only of calls of agents. */
  readonly resultHash?: string;
};

export type HumanFacts = {
  /** Id of the question. */
  readonly wait: string;
  readonly question: string;
  /** Milliseconds since the epoch; absent: it stands for ever. */
  readonly expiresAt?: number;
  readonly answeredBy?: string;
  /** It was settled otherwise, and nobody has to answer any more. */
  readonly withdrawn?: boolean;
};

export type DelegateFacts = {
  /** Id of the delegation, as of a question. */
  readonly wait: string;
  /** The handle of the member. */
  readonly to: string;
  /** Milliseconds since the epoch; absent: it stands for ever. */
  readonly expiresAt?: number;
  /** The member, or who has answered in its place. */
  readonly answeredBy?: string;
};

export type MapFacts = {
  /** How many there are; absent in records of earlier versions. */
  readonly items?: number;
};

/** A kind of which nothing is told beside its result. */
export type NoFacts = { readonly [name: string]: never };

/** Null where nothing was recorded, which only the kinds without a mandatory member allow. */
export interface StepFactsByKind {
  readonly step: WorkFacts | null;
  readonly sleep: SleepFacts;
  readonly now: NoFacts | null;
  readonly run: ChildRunFacts;
  readonly agent: AgentFacts | null;
  readonly turn: TurnFacts;
  readonly tool: ToolFacts | null;
  readonly review: NoFacts | null;
  readonly map: MapFacts | null;
  readonly item: NoFacts | null;
  readonly human: HumanFacts;
  readonly delegate: DelegateFacts;
  readonly undo: NoFacts | null;
}

/** Kind and facts of a step, as the record holds them. */
export type StepFacts<K extends StepKind = StepKind> = {
  readonly [Each in K]: { readonly kind: Each; readonly detail: StepFactsByKind[Each] };
}[K];

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => typeof value === 'number';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** The name of a member that is not as it must be. */
const bad = (name: string, isGood: boolean): string | undefined => (isGood ? undefined : name);
const badIfGiven = (name: string, value: unknown, isGood: (value: unknown) => boolean): string | undefined =>
  value === undefined || isGood(value) ? undefined : name;

type Given = Readonly<Record<string, unknown>>;
const nothing: Given = {};

/**
 * For each kind the first member that is missing or of another type. One by one: a loop over their names costs twice as
 * much.
 */
const firstBad: Readonly<Record<StepKind, (facts: Given) => string | undefined>> = {
  step: ({ attemptsBefore }) => badIfGiven('attemptsBefore', attemptsBefore, isNumber),
  sleep: ({ wakeAt }) => bad('wakeAt', isNumber(wakeAt)),
  now: () => undefined,
  run: ({ run, pipeline }) => bad('run', isText(run)) ?? bad('pipeline', isText(pipeline)),
  agent: ({ agent, agentHash }) => badIfGiven('agent', agent, isText) ?? badIfGiven('agentHash', agentHash, isText),
  turn: ({ agent, agentHash, model, attemptsBefore, latencyMs, usage, steers, leftOut, ...more }) =>
    bad('agent', isText(agent)) ??
    bad('agentHash', isText(agentHash)) ??
    bad('model', isText(model)) ??
    badIfGiven('attemptsBefore', attemptsBefore, isNumber) ??
    badIfGiven('latencyMs', latencyMs, isNumber) ??
    badIfGiven('finishReason', more['finishReason'], isText) ??
    badIfGiven('notes', more['notes'], isTexts) ??
    badIfGiven('awaySince', more['awaySince'], isNumber) ??
    badIfGiven('usage', usage, isObject) ??
    badIfGiven('cost', more['cost'], isNumber) ??
    badIfGiven('steers', steers, isTexts) ??
    badIfGiven('leftOut', leftOut, isTexts),
  tool: ({ tool, effect, agent, inputHidden, outcome, resultHash }) =>
    badIfGiven('tool', tool, isText) ??
    badIfGiven('effect', effect, isText) ??
    badIfGiven('agent', agent, isText) ??
    badIfGiven('inputHidden', inputHidden, isText) ??
    badIfGiven('outcome', outcome, isText) ??
    badIfGiven('resultHash', resultHash, isText),
  review: () => undefined,
  map: ({ items }) => badIfGiven('items', items, isNumber),
  item: () => undefined,
  human: ({ wait, question, expiresAt, answeredBy, withdrawn }) =>
    bad('wait', isText(wait)) ??
    bad('question', isText(question)) ??
    badIfGiven('expiresAt', expiresAt, isNumber) ??
    badIfGiven('answeredBy', answeredBy, isText) ??
    badIfGiven('withdrawn', withdrawn, (value) => typeof value === 'boolean'),
  delegate: ({ wait, to, expiresAt, answeredBy }) =>
    bad('wait', isText(wait)) ??
    bad('to', isText(to)) ??
    badIfGiven('expiresAt', expiresAt, isNumber) ??
    badIfGiven('answeredBy', answeredBy, isText),
  undo: () => undefined,
};

/**
 * What is wrong with the facts of a step, as a clause; undefined where nothing is. `detail`: null or undefined for
 * none.
 */
export function problemOfFacts(kind: StepKind, detail: unknown): string | undefined {
  const facts = detail ?? nothing;
  if (!isObject(facts)) return 'with something that is no object as its detail';
  const name = firstBad[kind](facts as Given);
  if (name === undefined) return undefined;
  return (facts as Given)[name] === undefined ? `without "${name}"` : `with a strange "${name}"`;
}

/**
 * Kind and facts as they are typed; `detail` itself is what was given. `step`: its key, for the sentence of an error.
 */
export function parseStepFacts<K extends StepKind>(kind: K, detail: unknown, step?: string): StepFacts<K> {
  const name = step === undefined ? 'A step' : `Step "${step}"`;
  if (!Object.hasOwn(firstBad, kind)) {
    throw new PerdureError(
      'internal',
      `${name} is of the kind "${kind}", which this version does not know: a newer one wrote the record; use that.`,
    );
  }
  const problem = problemOfFacts(kind, detail);
  if (problem !== undefined) {
    throw new PerdureError(
      'internal',
      `${name} is recorded as "${kind}" ${problem}; the record is damaged: keep a copy of the state root and report this.`,
    );
  }
  return { kind, detail: detail ?? null } as StepFacts<K>;
}
