/**
 * A small world for the suite: runs are brought to where a test needs them by what people, programs and drivers do, so
 * nothing here knows how a store keeps them. Time stands still until it is told to move.
 */

import type { RunStatus } from '@perdure/contract';
import type { OrderRequest, Page, PageRequest, StartRequest } from '../../desk/ports.ts';
import { Driver } from './driver-at-work.ts';
import type { OpenStore, StoreHandle, StoreUnderTest } from './store-under-test.ts';

export const start = 1_700_000_000_000;
export const minute = 60_000;

/** Where a run can be. */
const ways: Readonly<Record<RunStatus, (driver: Driver) => Promise<unknown>>> = {
  queued: async () => undefined,
  running: async (driver) => await driver.begin(),
  waiting: async (driver) => await (await driver.begin()).park(),
  paused: async (driver) => await (await driver.begin()).change({ action: 'pause' }),
  needs_attention: async (driver) =>
    await (await driver.begin()).change({ action: 'stop_for_attention', error: failure }),
  undoing: async (driver) =>
    await (await driver.begin()).change({ action: 'undo', undoOutcome: 'failed', error: failure }),
  completed: async (driver) => await (await driver.begin()).change({ action: 'complete', output: '"out"' }),
  failed: async (driver) => await (await driver.begin()).change({ action: 'fail', error: failure }),
  cancelled: async (driver) => await (await driver.begin()).change({ action: 'cancel' }),
};

export const failure = { code: 'step_failed', message: 'It did not work.' } as const;

export class World implements AsyncDisposable {
  readonly store: StoreUnderTest;
  readonly #time: { now: number };
  #ids = 0;

  static async open(open: OpenStore): Promise<World> {
    const time = { now: start };
    return new World(await open(() => time.now), time);
  }

  private constructor(store: StoreUnderTest, time: { now: number }) {
    this.store = store;
    this.#time = time;
  }

  get now(): number {
    return this.#time.now;
  }

  set now(at: number) {
    this.#time.now = at;
  }

  /** Ids sort by their age, as those of the product do. */
  newId(): string {
    this.#ids += 1;
    return `00000000-0000-7000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  request(changes: Partial<StartRequest> = {}): StartRequest {
    return { id: this.newId(), pipeline: 'p', input: '{"n":1}', actor: 'owner', at: this.now, ...changes };
  }

  /** A run that nobody has driven yet. */
  async queued(changes: Partial<StartRequest> = {}): Promise<string> {
    return (await this.store.intake.start(this.request(changes))).runId;
  }

  /** A run that was begun, with its driver. */
  async running(changes: Partial<StartRequest> = {}): Promise<Driver> {
    return await this.driverOf(await this.queued(changes)).begin();
  }

  /** A run of that status, with its last driver. */
  async in(status: RunStatus, changes: Partial<StartRequest> = {}): Promise<Driver> {
    const driver = this.driverOf(await this.queued(changes));
    await ways[status](driver);
    return driver;
  }

  /** Brings a run that its driver has begun to that status. */
  async bring(driver: Driver, status: RunStatus): Promise<void> {
    await ways[status](driver);
  }

  driverOf(runId: string, handle: StoreHandle = this.store): Driver {
    return new Driver({ runId, handle, newId: () => this.newId(), now: () => this.now });
  }

  order(runId: string, order: OrderRequest['order'], changes: Partial<OrderRequest> = {}) {
    return this.store.intake.order({ ...this.anOrder(runId, order), ...changes });
  }

  anOrder(runId: string, order: OrderRequest['order']): OrderRequest {
    const text = order === 'steer' ? { text: 'be brief' } : {};
    return { orderId: this.newId(), runId, order, actor: 'owner', at: this.now, ...text };
  }

  answer(waitId: string, answer: unknown = true, handle: StoreHandle = this.store) {
    return handle.intake.answer({ waitId, answer: JSON.stringify(answer), actor: 'owner', at: this.now });
  }

  retry(runId: string, handle: StoreHandle = this.store) {
    return handle.intake.retry({ runId, actor: 'owner', at: this.now });
  }

  fork(
    runId: string,
    stepKey: string,
    changes: { readonly idempotencyKey?: string; readonly requestHash?: string } = {},
  ) {
    return this.store.intake.fork({ id: this.newId(), runId, stepKey, actor: 'owner', at: this.now, ...changes });
  }

  /** Numbers and types of the events of a run: `1 run.queued`. */
  async told(runId: string): Promise<readonly string[]> {
    const events = await this.store.reader.listEvents(runId, 0, 10_000);
    return events.map(({ seq, type }) => `${seq} ${type}`);
  }

  /** Kinds of the orders that wait in the inbox of a run. */
  async waitingOrders(runId: string): Promise<readonly string[]> {
    return ((await this.store.journal.inboxes([runId])).get(runId)?.orders ?? []).map(({ kind }) => kind);
  }

  async status(runId: string): Promise<RunStatus | undefined> {
    return await this.store.reader.getStatus(runId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
  }
}

/** Everything that a list has, read page by page. */
export async function allOf<T>(read: (page: PageRequest) => Promise<Page<T>>, limit = 100): Promise<readonly T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { data, next } = await read({ limit, cursor });
    all.push(...data);
    cursor = next;
  } while (cursor !== undefined);
  return all;
}
