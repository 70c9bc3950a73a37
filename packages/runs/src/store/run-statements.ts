/**
 * The prepared statements of the hot path, and the few row shapes that more than one of them writes. Everything here
 * runs inside a transaction that the caller holds.
 */

import type { DatabaseSync } from 'node:sqlite';
import {
  compact,
  nextRunStatus,
  PerdureError,
  runStatuses,
  runTransitions,
  type RunAction,
  type RunOrder,
  type RunStatus,
} from '@perdure/contract';
import type { NewEvent, NewRun } from '../record/commit.ts';
import { hashOf, sumOf } from '../record/stored-value.ts';
import { earlierRun, type EarlierRun, type KeyedRun } from '../decide/start.ts';

/**
 * Characters above which a value lies in the blob table instead of its row. About two pages of the database: what a row
 * holds beyond that is read by every wake and every list, whether anybody wants it or not.
 */
export const maxInlineLength = 8_192;

/** A value as a row holds it. */
export interface StoredValue {
  readonly inline: string | null;
  readonly blob: string | null;
  /** Of what is inline. */
  readonly sum: number | null;
}

/** The id of an order that came with one to a run above: of both ways on which it may arrive the first counts. */
export function orderBelow(orderId: string, runId: string): string {
  // However far down it came: the order that a person gave.
  return `${orderId.split(':')[0]}:${runId}`;
}

/** Id of the one order that a parent puts into the inbox of its child. */
export function orderByParent(childRun: string, kind: RunOrder): string {
  return `${childRun}:${kind}-by-parent`;
}

/** SQL list of the statuses from which the transition table allows `action`. */
export function statusesBefore(action: RunAction): string {
  const from = (Object.keys(runTransitions) as RunStatus[]).filter((status) => action in runTransitions[status]);
  return from.map((status) => `'${status}'`).join(', ');
}

/**
 * Where `action` leads, whatever the status before: of the actions that a commit names, the table has one target for
 * each.
 */
export function statusAfter(action: Exclude<RunAction, 'drive'>): RunStatus {
  for (const status of runStatuses) {
    const next = nextRunStatus(status, action);
    if (next !== undefined) return next;
  }
  throw new PerdureError('internal', `No status has an arrow "${action}"; please report this (9d1f70c3).`);
}

export class RunStatements {
  readonly #byIdempotencyKey;
  readonly #insertRun;
  readonly #takeEventNumbers;
  readonly #insertEvent;
  readonly #insertOrder;
  readonly #insertBlob;

  constructor(sqlite: DatabaseSync) {
    this.#byIdempotencyKey = sqlite.prepare(
      'SELECT id AS runId, request_hash AS requestHash FROM runs WHERE idempotency_key = ?',
    );
    this.#insertRun = sqlite.prepare(`
      INSERT INTO runs (id, pipeline, status, fence, commit_no, event_seq, log_count, barren_drives, recoveries,
        input, parent_run, parent_key, idempotency_key, request_hash, budget, forked_from_run, forked_from_key, origin_run,
        input_tokens, output_tokens, created_at, updated_at, input_sum)
      VALUES (?, ?, 'queued', 0, 0, 1, 0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)`);
    this.#takeEventNumbers = sqlite.prepare(
      'UPDATE runs SET event_seq = event_seq + ? WHERE id = ? RETURNING event_seq',
    );
    this.#insertEvent = sqlite.prepare(
      'INSERT INTO events (run_id, seq, type, at, actor, data) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#insertOrder = sqlite.prepare(
      'INSERT INTO orders (id, run_id, kind, text, actor, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#insertBlob = sqlite.prepare(
      'INSERT INTO blobs (hash, body, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    );
  }

  /** The run that the same key brought about before; `key_reused` where it asked for something else. */
  runByIdempotencyKey(request: {
    readonly idempotencyKey?: string;
    readonly requestHash?: string;
  }): EarlierRun | undefined {
    if (request.idempotencyKey === undefined) return undefined;
    const found = this.#byIdempotencyKey.get(request.idempotencyKey) as KeyedRun | undefined;
    return earlierRun(found, request.requestHash);
  }

  insertRun(run: NewRun, by: { readonly at: number; readonly actor: string }): void {
    const { id, pipeline, parent, budget, forkedFrom } = run;
    this.#insertRun.run(
      id,
      pipeline,
      run.input,
      parent?.runId ?? null,
      parent?.stepKey ?? null,
      run.idempotencyKey ?? null,
      run.requestHash ?? null,
      budget === undefined ? null : JSON.stringify(budget),
      forkedFrom?.runId ?? null,
      forkedFrom?.stepKey ?? null,
      run.origin ?? null,
      by.at,
      by.at,
      sumOf(run.input),
    );
    const data = compact({ pipeline, parent, forkedFrom, origin: run.origin });
    this.insertEvents(id, [{ type: 'run.queued', data }], { ...by, lastSeq: 1 });
  }

  /** Inserts events whose numbers were taken already: the last one gets `lastSeq`. */
  insertEvents(
    runId: string,
    events: readonly NewEvent[],
    by: { readonly at: number; readonly actor: string; readonly lastSeq: number },
  ): void {
    const first = by.lastSeq - events.length + 1;
    for (const [index, event] of events.entries()) {
      this.#insertEvent.run(runId, first + index, event.type, by.at, by.actor, JSON.stringify(event.data));
    }
  }

  /** Appends an event from outside a drive, as part of a person's or a parent's command. */
  appendEvent(runId: string, event: NewEvent, by: { readonly at: number; readonly actor: string }): void {
    const lastSeq = Number(this.#takeEventNumbers.get(1, runId)?.['event_seq']);
    this.insertEvents(runId, [event], { ...by, lastSeq });
  }

  /** Puts an order into an inbox; the same order id twice is one order. */
  insertOrder(
    order: { readonly id: string; readonly runId: string; readonly kind: RunOrder; readonly text?: string | undefined },
    by: { readonly at: number; readonly actor: string },
  ): void {
    const { id, runId, kind, text } = order;
    const { changes } = this.#insertOrder.run(id, runId, kind, text ?? null, by.actor, by.at);
    if (changes === 0) return;
    this.appendEvent(runId, { type: 'order.received', data: compact({ id, order: kind, text }) }, by);
  }

  store(text: string | null, at: number): StoredValue {
    if (text === null) return { inline: null, blob: null, sum: null };
    if (text.length <= maxInlineLength) return { inline: text, blob: null, sum: sumOf(text) };
    const hash = hashOf(text);
    this.#insertBlob.run(hash, text, at);
    return { inline: null, blob: hash, sum: null };
  }
}
