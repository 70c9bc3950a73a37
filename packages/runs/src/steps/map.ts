/**
 * Fan-out: each item is a composite of its own, so what is done is passed over and what failed is done again alone. The
 * results stay with the items: the map itself records only how many there are, or a wide fan-out would be kept twice.
 */

import { PerdureError, type DurableContext } from '@perdure/contract';
import { compose } from './composite-step.ts';
import { never } from '../session/in-flight.ts';
import type { Scope } from './scope.ts';

export interface MapRequest<T, R> {
  readonly key: string;
  readonly concurrency?: number;
  readonly fn: (item: T, ctx: DurableContext, index: number) => R | Promise<R>;
  readonly context: (scope: Scope) => DurableContext;
}

const defaultConcurrency = 5;

export async function map<T, R>(scope: Scope, items: readonly T[], request: MapRequest<T, R>): Promise<R[]> {
  const { key, concurrency = defaultConcurrency } = request;
  const isCallable = typeof request.fn === 'function';
  if (!Array.isArray(items) || !isCallable || !Number.isInteger(concurrency) || concurrency < 1) {
    scope.session.gate.stopForAttention(
      new PerdureError(
        'invalid_input',
        `ctx.map("${key}") needs an array of items, a function for each and a concurrency of 1 or more; correct the call, then resume the run.`,
      ),
    );
    return await never();
  }
  const inside = scope.below(key);
  const counted = { items: items.length };
  await compose(scope, { key, kind: 'map', input: counted, startDetail: counted }, () =>
    workAll(items.length, concurrency, (index) => workItem(inside, items[index] as T, { index, request })),
  );
  const { record } = scope.session;
  return await Promise.all(
    items.map(async (_item, index) => {
      const item = record.find(inside.keyOf(String(index)));
      return (item?.status === 'done' ? await inside.outcomeOf(item) : undefined) as R;
    }),
  );
}

async function workItem<T, R>(
  scope: Scope,
  item: T,
  { index, request }: { readonly index: number; readonly request: MapRequest<T, R> },
): Promise<void> {
  const key = String(index);
  const inside = scope.below(key);
  await compose(scope, { key, kind: 'item' }, async () => await request.fn(item, request.context(inside), index));
}

/** Works on all, some at a time, in order; throws the first failure by index when all are through. */
async function workAll(count: number, concurrency: number, work: (index: number) => Promise<void>): Promise<void> {
  const failures = new Map<number, unknown>();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      try {
        await work(index);
      } catch (error) {
        failures.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
}
