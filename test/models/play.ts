/** Has the product play shapes: a run for each, and what the record says of it afterwards. */

import { setTimeout } from 'node:timers/promises';
import { messageOf } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { until } from '@perdure/testing';
import type { Observation } from './judge.ts';
import type { Player } from './player.ts';
import { agentsOf } from './project.ts';
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
    const run = await until(() => this.#runs.get(id), { what: `the run of ${id} is known` });
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
    await Promise.all([...open].map(async (shape) => await this.#note(shape)));
  }

  seenOf({ id }: Shape): Observation | undefined {
    return this.#seen.get(id);
  }

  async #start(shape: Shape): Promise<void> {
    const input = { agents: agentsOf(shape) };
    const { data } = await this.#product.client.startRun({ body: { pipeline: 'ask', input } });
    this.#runs.set(shape.id, data.id);
  }

  /** Takes out of `open` what is over; whether there was any. */
  async #look(open: Set<Shape>): Promise<boolean> {
    const rows = this.#product.read<RunRow>('SELECT id, status FROM runs');
    const over = new Set(rows.filter(({ status }) => settled.has(status)).map(({ id }) => id));
    const done = [...open].filter(({ id }) => over.has(this.#runs.get(id) ?? ''));
    for (const shape of done) open.delete(shape);
    await Promise.all(done.map(async (shape) => await this.#note(shape)));
    return done.length > 0;
  }

  async #note(shape: Shape): Promise<void> {
    const id = this.#runs.get(shape.id) ?? '';
    const requests = [...this.#player.requests(shape.id)];
    this.#seen.set(shape.id, { ...(await this.#show(id)), requests, calls: this.#callsOf(id) });
  }

  /** As a client sees it, who checks every answer of the server. */
  async #show(id: string): Promise<Pick<Observation, 'status' | 'output' | 'error' | 'usage'>> {
    try {
      const { data } = await this.#product.client.getRun({ params: { id } });
      if (!('pipeline' in data)) throw new Error('it is a step');
      return data;
    } catch (error) {
      const nothing = { inputTokens: 0, outputTokens: 0 };
      return { status: `not to be shown (${messageOf(error)})`, usage: nothing };
    }
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
