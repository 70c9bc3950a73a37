/**
 * What the desk needs of the world. The desk is the use cases of the room: one a file, called by the command line
 * and by the MCP tools alike. Each takes the narrowest of these interfaces that will do, is told who is asking,
 * and answers a union by `kind`. It prints nothing, and knows neither exit codes nor the words of an edge.
 * `Refusal` is the one arm that all of them share.
 */

import type { HolderProcess, Task } from '@perdure/contract';
import type { TaskStore } from '../core/ports.ts';
import type { Check, CheckOutcome } from '../evidence/evidence.ts';
import type { Comparison } from '../evidence/compare.ts';
import type { SubjectAnswer } from '../evidence/subject.ts';
import type { Mirror } from '../mirror/mirror.ts';

/** Who is asking. The name is their word; the right to write is in the token. */
export interface Writer {
  /** Absent: somebody who does not say, and so has no word to give. */
  readonly name?: string | undefined;
  /** The token of the lease under which they write. */
  readonly lease?: string | undefined;
  /** The revision they have seen; absent: they write on the newest. */
  readonly revision?: number | undefined;
  /** They are known to call from inside of a harness. */
  readonly isAgent?: true;
}

export interface ClockDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** To write, and to bring the readable copy after it; `Needed`: what else of the store. */
export interface WriteDeps<Needed extends keyof TaskStore = never> extends ClockDeps {
  readonly store: Pick<TaskStore, 'get' | 'apply' | 'events' | Needed>;
  /** Absent: there is no readable copy. */
  readonly mirror?: Mirror;
  /** Sends what this task has to report, if it can; it never rejects. Absent: that is left to others. */
  readonly deliver?: (taskId: string) => Promise<void>;
  /** Told what went wrong without being in the way. */
  readonly warn: (sentence: string) => void;
}

/** What lives as long as whoever is asking; absent where that is not known. */
export interface CallerDeps {
  readonly process?: HolderProcess | undefined;
}

export interface IdDeps {
  readonly newId: () => string;
}

/** To give leases. */
export interface LeaseDeps extends CallerDeps {
  /** A secret that nobody can guess. */
  readonly newToken: () => string;
  /** How long a lease lasts after each write of its holder. */
  readonly leaseTtlMs: number;
  /** Whether a holder's process is certainly gone; absent: nobody can say. */
  readonly isGone?: (process: HolderProcess) => boolean;
  /** Tokens that whoever is asking was given before; absent: nothing is kept. */
  readonly keptTokens?: KeptTokens;
}

/** Of one agent: no other is given them. */
export interface KeptTokens {
  read(taskId: string): string | undefined;
  keep(taskId: string, token: string): void;
  forget(taskId: string): void;
}

/** To run checks, and to see whether old ones still hold. */
export interface EvidenceDeps {
  readonly evidence: EvidenceRunner;
}

/** Processes and files are behind this: what runs no check loads neither. */
export interface EvidenceRunner {
  /** @throws where somebody ended it, with nothing to record. */
  run(check: CheckRequest): Promise<CheckOutcome>;
  /** What these files are now. */
  look(files: Pick<CheckRequest, 'cwd' | 'paths'>): Promise<SubjectAnswer>;
  /** Holds what evidence is about against what is there now. */
  compare(task: Task): Promise<Comparison>;
}

export type CheckRequest = Pick<Check, 'command' | 'cwd' | 'paths' | 'timeoutMs'>;
