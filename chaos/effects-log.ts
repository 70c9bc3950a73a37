/**
 * What the world outside remembers: one line for each attempt and each question about one. A line is on disk before
 * anybody is told, so what the log does not hold has not happened.
 *
 * Surprise: only an `idempotent` attempt can be a duplicate. One of kind `once` is accepted each time, as a letter box
 * takes the same letter twice: whoever sends must not.
 */

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';

export const effectKinds = ['idempotent', 'once'] as const;
export type EffectKind = (typeof effectKinds)[number];

/** Who wants to know: the `verify` of a tool, or a person who was asked by a run. */
export const askers = ['verify', 'person'] as const;
export type Asker = (typeof askers)[number];

/** Somebody wants an effect. */
export interface Attempt {
  /** `<run>/<step key>` */
  readonly idempotencyKey: string;
  /** As the caller counts; 1 where it does not. */
  readonly attempt: number;
  /** `step` where it was none. */
  readonly tool: string;
  readonly kind: EffectKind;
}

export interface AttemptLine extends Attempt {
  readonly type: 'attempt';
  readonly at: number;
  readonly outcome: 'accepted' | 'duplicate';
  /** Number of the effect; that of the first attempt where this is a duplicate. */
  readonly effect: number;
}

export interface InquiryLine {
  readonly type: 'inquiry';
  readonly at: number;
  readonly idempotencyKey: string;
  readonly asker: Asker;
  /** Null: nothing was attempted under this key. */
  readonly effect: number | null;
}

/** What was attempted and asked so far, oldest first. */
export interface EffectLines {
  readonly attempts: readonly AttemptLine[];
  readonly inquiries: readonly InquiryLine[];
}

/** Empty where there is no log yet. */
export function readEffectLog(file: string): EffectLines {
  const texts = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const lines = texts.filter((text) => text !== '').map((text) => JSON.parse(text) as AttemptLine | InquiryLine);
  return {
    attempts: lines.filter((line) => line.type === 'attempt'),
    inquiries: lines.filter((line) => line.type === 'inquiry'),
  };
}

/** Goes on where the file ends. */
export class EffectsLog implements Disposable {
  readonly #file: number;
  readonly #now: () => number;
  /** The first effect of each key. */
  readonly #first = new Map<string, number>();
  #count = 0;

  constructor(path: string, now: () => number) {
    for (const { idempotencyKey, effect } of readEffectLog(path).attempts) this.#remember(idempotencyKey, effect);
    this.#file = openSync(path, 'a', 0o600);
    this.#now = now;
  }

  /** How many effects there are. */
  get count(): number {
    return this.#count;
  }

  /** The number of the effect. */
  attempt(attempt: Attempt): number {
    const { idempotencyKey, kind } = attempt;
    const earlier = kind === 'idempotent' ? this.#first.get(idempotencyKey) : undefined;
    const effect = earlier ?? this.#count + 1;
    this.#remember(idempotencyKey, effect);
    const outcome = earlier === undefined ? 'accepted' : 'duplicate';
    this.#write({ type: 'attempt', at: this.#now(), outcome, ...attempt, effect });
    return effect;
  }

  /** The number of the first effect under this key, or null. */
  inquire(idempotencyKey: string, asker: Asker): number | null {
    const effect = this.#first.get(idempotencyKey) ?? null;
    this.#write({ type: 'inquiry', at: this.#now(), idempotencyKey, asker, effect });
    return effect;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #remember(idempotencyKey: string, effect: number): void {
    if (!this.#first.has(idempotencyKey)) this.#first.set(idempotencyKey, effect);
    this.#count = Math.max(this.#count, effect);
  }

  #write(line: AttemptLine | InquiryLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }
}
