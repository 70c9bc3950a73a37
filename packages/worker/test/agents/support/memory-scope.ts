/**
 * A StepScope over a Map: what the run core does with a database, without fences, parking and orders. Results make the
 * trip through JSON, a recorded step never works again, and waits between attempts are noted instead of waited.
 */

import { PerdureError, toErrorRecord, type ErrorRecord } from '@perdure/contract';
import type { CompositeStep, LeafStep, StepScope } from '@perdure/runs';

interface MemoryStep {
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly usage?: unknown;
  readonly outcome: { readonly result: string } | { readonly error: ErrorRecord };
}

export interface MemoryRun {
  /** By full key, in the order in which they ended. */
  readonly steps: Map<string, MemoryStep>;
  readonly delays: number[];
  readonly text: { readonly key: string; readonly delta: string }[];
}

export function memoryRun(): MemoryRun {
  return { steps: new Map(), delays: [], text: [] };
}

export const runId = '019a0000-0000-7000-8000-000000000000';

/** A new drive of the run: its keys are free again, its record is kept. */
export function drive(run: MemoryRun, { signal = new AbortController().signal } = {}): StepScope {
  return scopeBelow(run, { prefix: '', claimed: new Set(), signal });
}

interface Place {
  readonly prefix: string;
  readonly claimed: Set<string>;
  readonly signal: AbortSignal;
}

function scopeBelow(run: MemoryRun, place: Place): StepScope {
  const keyOf = (key: string) => place.prefix + key;
  const record = async <T>(step: LeafStep<T> | CompositeStep, act: () => Promise<Acted<T>>): Promise<T> => {
    const key = keyOf(step.key);
    if (place.claimed.has(key)) throw new PerdureError('duplicate_key', `The key ${key} is used twice.`);
    place.claimed.add(key);
    if (!run.steps.has(key)) {
      const lack = 'lacks' in step ? step.lacks?.() : undefined;
      if (lack !== undefined) throw lack;
      const { detail, usage, ...outcome } = await act();
      run.steps.set(key, { kind: step.kind, detail: { ...step.startDetail, ...detail }, usage, ...outcome });
    }
    const outcome = run.steps.get(key)?.outcome;
    if (outcome !== undefined && 'result' in outcome) return JSON.parse(outcome.result) as T;
    const { code, message, details = {} } = outcome?.error ?? { code: 'internal', message: 'lost' };
    throw new PerdureError(code, message, { details });
  };
  return {
    runId,
    keyOf,
    perform: (step) => record(step, () => attempts(run, step, { key: keyOf(step.key), signal: place.signal })),
    compose: (step, body) =>
      record(step, () => settle(() => body(scopeBelow(run, { ...place, prefix: `${keyOf(step.key)}/` })))),
    below: (key) => scopeBelow(run, { ...place, prefix: `${keyOf(key)}/` }),
    callTool: ({ tool }) => Promise.reject(new Error(`no tools here, and "${tool}" was called`)),
    takeSteers: () => [],
    during: (work) => work(),
    showText: (key, delta) => void run.text.push({ key: keyOf(key), delta }),
  };
}

interface Acted<T> extends Pick<MemoryStep, 'outcome'> {
  readonly detail?: Readonly<Record<string, unknown>>;
  readonly usage?: unknown;
  readonly type?: T;
}

async function settle<T>(act: () => Promise<T>): Promise<Acted<T>> {
  try {
    return { outcome: { result: JSON.stringify(await act()) } };
  } catch (error) {
    return { outcome: { error: toErrorRecord(error, 'step_failed') } };
  }
}

async function attempts<T>(
  run: MemoryRun,
  step: LeafStep<T>,
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<Acted<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result, detail = {}, usage } = await step.work({ attempt, idempotencyKey: `${runId}/${key}`, signal });
      return { outcome: { result: JSON.stringify(result) }, detail, usage };
    } catch (error) {
      if (signal.aborted) throw error;
      const plan = await step.whenFailed?.({ error, attempt });
      if (plan?.kind !== 'again') return { outcome: { error: toErrorRecord(error, 'step_failed') } };
      run.delays.push(plan.delayMs);
    }
  }
}
