/** What the desk of runs needs of its surroundings. The store, the engine and the live view provide it. */

import type {
  Budget,
  Catalogue,
  DelegationContext,
  LiveSignal,
  Run,
  WireRunEvent,
  RunOrder,
  RunStatus,
  RunSummary,
  WireStep,
  Wait,
} from '@perdure/contract';
import type { SchemaCheck } from '@perdure/schema-check';
import type { RemovalRefusal } from '../record/removal.ts';
import type { Waker } from '../record/ports.ts';

export interface StartRequest {
  /** Id of the run, if it comes to be. */
  readonly id: string;
  readonly pipeline: string;
  /** JSON text. */
  readonly input: string;
  readonly idempotencyKey?: string;
  /** Tells whether a repeated key asks for the same thing. */
  readonly requestHash?: string;
  readonly budget?: Budget | undefined;
  readonly actor: string;
  readonly at: number;
}

/** `existing`: the same key asked for the same before. `key_reused`: it asked for something else. */
export interface StartOutcome {
  readonly kind: 'started' | 'existing' | 'key_reused';
  readonly runId: string;
}

export interface OrderRequest {
  readonly runId: string;
  readonly order: RunOrder;
  /** What a `steer` says. */
  readonly text?: string;
  readonly actor: string;
  readonly at: number;
  readonly orderId: string;
}

export type OrderOutcome =
  /** `below`: runs below it that got the order too. */
  | { readonly kind: 'accepted'; readonly below: readonly string[] }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'refused'; readonly status: RunStatus };

export interface RetryRequest {
  readonly runId: string;
  readonly actor: string;
  readonly at: number;
}

/** `undone`: compensation began, so there is nothing left to go on from. */
export type RetryOutcome = OrderOutcome | { readonly kind: 'undone' };

export interface ForkRequest extends Pick<StartRequest, 'id' | 'idempotencyKey' | 'requestHash' | 'actor' | 'at'> {
  /** The run to begin like. */
  readonly runId: string;
  /** The step that the new run does first by itself. */
  readonly stepKey: string;
}

export type ForkOutcome = StartOutcome | { readonly kind: 'not_found' } | { readonly kind: 'no_such_step' };

/** Writes what people ask for into the record. What it accepted is durable when it resolves. */
export interface RunIntake {
  start(request: StartRequest): Promise<StartOutcome>;
  order(request: OrderRequest): Promise<OrderOutcome>;
  retry(request: RetryRequest): Promise<RetryOutcome>;
  fork(request: ForkRequest): Promise<ForkOutcome>;
  answer(request: AnswerRequest): Promise<AnswerOutcome>;
}

export interface AnswerRequest {
  readonly waitId: string;
  /** JSON text, checked against the question's schema. */
  readonly answer: string;
  readonly actor: string;
  readonly at: number;
}

export type AnswerOutcome =
  | { readonly kind: 'accepted'; readonly runId: string }
  | { readonly kind: 'not_found' }
  /** Somebody was first; the wait tells what was decided. */
  | { readonly kind: 'answered_before' }
  /** The question has expired, or its run has ended or is being undone. */
  | { readonly kind: 'closed' };

export interface EndedRuns {
  /** Milliseconds since the epoch: what has ended earlier. */
  readonly before: number;
  /** Default: however they ended. */
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly limit: number;
}

export type RemovalOutcome =
  /** It, and those below it. */
  { readonly kind: 'removed'; readonly runIds: readonly string[] } | { readonly kind: 'not_found' } | RemovalRefusal;

/** Takes runs that have ended out of the record. */
export interface RunRemoval {
  /** Those that are no part of another, with nothing below them that has not ended; first what ended first. */
  endedBefore(ended: EndedRuns): Promise<readonly string[]>;
  /** From then on nobody finds it. */
  remove(runId: string): Promise<RemovalOutcome>;
  /** Removed runs that have left something behind. */
  left(): Promise<readonly string[]>;
  /** Takes a bounded part of it away; true: nothing is left in the record. */
  clear(runId: string): Promise<boolean>;
  /** Nothing is left anywhere. */
  forget(runId: string): Promise<void>;
}

export interface PageRequest {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly data: T[];
  readonly next?: string;
}

export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly pipeline?: string | undefined;
}

/** A message of a model turn. */
export interface TranscriptMessage {
  readonly stepKey: string;
  readonly agent: string;
  readonly role: string;
  readonly content: unknown;
}

/** Reads the record in the shapes of the contract. Undefined: there is no such thing. */
export interface RunReader {
  getStatus(runId: string): Promise<RunStatus | undefined>;
  getRun(runId: string): Promise<Run | undefined>;
  /** Newest first. */
  listRuns(filter: RunFilter, page: PageRequest): Promise<Page<RunSummary>>;
  getStep(runId: string, key: string): Promise<WireStep | undefined>;
  listSteps(runId: string, page: PageRequest): Promise<Page<WireStep>>;
  /** A page is made of whole turns: `limit` counts turns, not messages. */
  listTranscript(runId: string, page: PageRequest): Promise<Page<TranscriptMessage>>;
  listEvents(runId: string, after: number, limit: number): Promise<WireRunEvent[]>;
}

export interface WaitFilter {
  /** Questions of this run and of the runs below it. */
  readonly run?: string | undefined;
  /** Default false: what still waits, of runs that have not ended. */
  readonly answered?: boolean;
}

export interface WaitReader {
  getWait(id: string): Promise<Wait | undefined>;
  /** Open ones oldest first, answered ones newest first. */
  listWaits(filter: WaitFilter, page: PageRequest): Promise<Page<Wait>>;
}

/** What a run has delegated, and how that stands. */
export interface DelegationRecord {
  readonly waitId: string;
  readonly runId: string;
  readonly stepKey: string;
  readonly pipeline: string;
  readonly brief: string;
  readonly context: DelegationContext;
  /** JSON Schema of what ends it. */
  readonly answerSchema: unknown;
  readonly expiresAt: number | null;
  /** Whether its step waits for it. */
  readonly isAwaited: boolean;
  readonly runStatus: RunStatus;
  /** From when on nothing is taken, in milliseconds since the epoch; absent: nobody knows. */
  readonly closedAt?: number;
  readonly answered?: { readonly by: string; readonly answer: unknown };
}

/** A return that nobody waits for any more. */
export interface LateReturn {
  readonly runId: string;
  readonly wait: string;
  readonly key: string;
  /** Its id in the hub: the same one is kept once. */
  readonly message: string;
  readonly text: string;
  /** The handle of the member. */
  readonly actor: string;
  readonly at: number;
}

export interface Delegations {
  /** All that are open, and those that were given since then, however they stand. */
  list(since: number): Promise<readonly DelegationRecord[]>;
  noteLate(late: LateReturn): Promise<void>;
}

export interface CatalogueReader {
  read(): Promise<Catalogue>;
}

export interface LiveFeed {
  /** Returns what ends the subscription. */
  subscribe(runId: string, listener: (signal: LiveSignal) => void): () => void;
  publish(runId: string, signal: LiveSignal): void;
}

/** A line in the log of this process. Never given a secret, an input or an output. */
export type Log = (message: string) => void;

/** All that the use cases need. */
export interface RunDeskDeps {
  readonly reader: RunReader;
  readonly waits: WaitReader;
  readonly intake: RunIntake;
  readonly removal: RunRemoval;
  /** Removes the folder of a run, if it has one. */
  readonly dropWorkspace: (runId: string) => Promise<void>;
  readonly waker: Waker;
  readonly catalogue: CatalogueReader;
  readonly live: LiveFeed;
  /** Holds inputs and answers against what authors ask of them. */
  readonly check: SchemaCheck;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly log: Log;
}
