/** Has the product play shapes: a run for each, and what the record says of it afterwards. */

import { setTimeout } from 'node:timers/promises';
import type { Client } from '@perdure/sdk';
import { until } from '@perdure/testing';
import type { Observation } from './judge.ts';
import type { Player } from './player.ts';
import type { Shape } from './shape.ts';

/** What is needed of a running product. */
export interface Product {
  readonly client: Client;
  readonly read: <Row>(sql: string, ...parameters: (string | number)[]) => readonly Row[];
}

export interface PlayOptions {
  /** Runs at once. */
  readonly atOnce: number;
  readonly withinMs: number;
}

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

interface CallRow {
  readonly detail: string;
}

/** How often `order-poll.ts` of the runs looks. */
const orderPollMs = 250;

/** An agent's run waits for nothing but its model. */
const settled: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'needs_attention', 'waiting']);

/** Runs of shapes under way, and those that are over. */
export class Play {
  readonly #product: Product;
  readonly #player: Pick<Player, 'requests'>;
  readonly #runs = new Map<string, string>();
  readonly #seen = new Map<string, Observation>();

  constructor(product: Product, player: Pick<Player, 'requests'>) {
    this.#product = product;
    this.#player = player;
  }

  /** Sends what a person says while the first request of the shape waits for its answer. */
  async beforeFirstAnswer({ id, steer }: Shape): Promise<void> {
    if (steer === undefined) return;
    const run = await until(() => this.#runs.get(id), { withinMs: 10_000, what: `the run of ${id} is known` });
    await this.#product.client.steerRun({ params: { id: run }, body: { text: steer } });
    // The drive under way looks for orders four times a second; a real model would not have answered before.
    await setTimeout(2 * orderPollMs);
  }

  /** Resolves when every shape is over or time is up; what was seen of it then is in `seenOf`. */
  async all(shapes: readonly Shape[], { atOnce, withinMs }: PlayOptions): Promise<void> {
    const waiting = [...shapes];
    const deadline = performance.now() + withinMs;
    const open = new Set<Shape>();
    while ((waiting.length > 0 || open.size > 0) && performance.now() < deadline) {
      const next = waiting.splice(0, atOnce - open.size);
      await Promise.all(next.map(async (shape) => await this.#start(shape)));
      for (const shape of next) open.add(shape);
      await until(() => this.#look(open), {
        withinMs: Math.max(0, deadline - performance.now()),
        what: 'a run ends',
        everyMs: 50,
      }).catch(() => undefined);
    }
    for (const shape of open) this.#note(shape, this.#rowOf(shape));
  }

  seenOf({ id }: Shape): Observation | undefined {
    return this.#seen.get(id);
  }

  async #start(shape: Shape): Promise<void> {
    const input = { agent: shape.id, times: shape.times ?? 1 };
    const { data } = await this.#product.client.startRun({ body: { pipeline: 'ask', input } });
    this.#runs.set(shape.id, data.id);
  }

  /** Takes out of `open` what is over; whether there was any. */
  #look(open: Set<Shape>): boolean {
    const rows = new Map(this.#product.read<RunRow>('SELECT * FROM runs').map((row) => [row.id, row]));
    const before = open.size;
    for (const shape of open) {
      const row = rows.get(this.#runs.get(shape.id) ?? '');
      if (row === undefined || !settled.has(row.status)) continue;
      open.delete(shape);
      this.#note(shape, row);
    }
    return open.size < before;
  }

  #rowOf({ id }: Shape): RunRow | undefined {
    return this.#product.read<RunRow>('SELECT * FROM runs WHERE id = ?', this.#runs.get(id) ?? '')[0];
  }

  #note(shape: Shape, row: RunRow | undefined): void {
    this.#seen.set(shape.id, {
      status: row?.status ?? 'never started',
      error: row?.error === null || row === undefined ? undefined : (JSON.parse(row.error) as Observation['error']),
      calls: row === undefined ? [] : this.#callsOf(row.id),
      requests: [...this.#player.requests(shape.id)],
      usage: { inputTokens: row?.input_tokens ?? 0, outputTokens: row?.output_tokens ?? 0 },
      ...(row?.status === 'completed' ? { output: this.#outputOf(row.id) } : {}),
    });
  }

  #outputOf(run: string): unknown {
    const [row] = this.#product.read<{ readonly output: string }>(
      'SELECT coalesce(runs.output, blobs.body) AS output FROM runs LEFT JOIN blobs ON blobs.hash = output_blob WHERE id = ?',
      run,
    );
    return JSON.parse(row?.output ?? 'null');
  }

  #callsOf(run: string): Observation['calls'] {
    const rows = this.#product.read<CallRow>(
      "SELECT detail FROM steps WHERE run_id = ? AND kind = 'tool' AND detail IS NOT NULL",
      run,
    );
    return rows
      .map(
        ({ detail }) =>
          JSON.parse(detail) as { readonly tool?: string; readonly input?: unknown; readonly outcome?: string },
      )
      .filter(({ outcome }) => outcome === 'ok')
      .map(({ tool, input }) => [tool ?? '', input ?? null] as const);
  }
}
