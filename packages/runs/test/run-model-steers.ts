/** Where the texts of people went: told to each agent call in flight once, and never lost while turns follow. */

import type { EventsTable, OrdersTable, RunsTable, StepsTable } from '@perdure/db';
import type { Snapshot } from './run-model-world.ts';

/** Milliseconds within which an order is noticed. */
export const noticedMs = 1_000;

interface AgentCall {
  readonly step: StepsTable;
  /** Its finished turns. */
  readonly turns: readonly StepsTable[];
}

export function steeringFaults(run: RunsTable, now: Snapshot): readonly string[] {
  const steers = now.orders.filter((order) => order.run_id === run.id && order.kind === 'steer');
  if (steers.length === 0) return [];
  const events = now.events.filter((event) => event.run_id === run.id);
  const calls = agentCalls(now.steps.filter((step) => step.run_id === run.id));
  return [
    ...calls.flatMap((call) => repeatedIn(call)),
    ...steers.flatMap((steer) => [
      ...missedBy(steer, calls),
      ...lost(steer, { calls, run }),
      ...repeated(steer, calls, events),
    ]),
  ];
}

function agentCalls(steps: readonly StepsTable[]): readonly AgentCall[] {
  return steps
    .filter(({ kind }) => kind === 'agent')
    .map((step) => ({
      step,
      turns: steps.filter(
        ({ key, kind, status }) => kind === 'turn' && status === 'done' && key.startsWith(`${step.key}/turn-`),
      ),
    }));
}

function steersOf(turn: StepsTable): readonly string[] {
  return (JSON.parse(turn.result ?? '{}') as { steers?: readonly string[] }).steers ?? [];
}

function repeatedIn({ step, turns }: AgentCall): readonly string[] {
  const told = turns.flatMap((turn) => steersOf(turn));
  return new Set(told).size === told.length ? [] : [`${step.key} was told the same text twice`];
}

/** A call that was in flight, and took another turn after the text could be noticed, was told. */
function missedBy(steer: OrdersTable, calls: readonly AgentCall[]): readonly string[] {
  const at = steer.created_at;
  return calls
    .filter(({ step }) => step.started_at <= at && (step.ended_at === null || step.ended_at > at))
    .filter(({ turns }) => turns.some((turn) => turn.started_at > at + noticedMs))
    .filter(({ turns }) => !turns.some((turn) => steersOf(turn).includes(steer.id)))
    .map(({ step }) => `${step.key} was not told "${steer.text}"`);
}

/** What was taken is in a turn; what was not is still to come, unless all calls went well and are over. */
function lost(steer: OrdersTable, { calls, run }: { readonly calls: readonly AgentCall[]; readonly run: RunsTable }) {
  const turns = calls.flatMap((call) => call.turns);
  if (turns.some((turn) => steersOf(turn).includes(steer.id))) return [];
  const follows = turns.some((turn) => turn.started_at > steer.created_at + noticedMs);
  // A turn that was given the text may have failed after others had begun without it.
  const isOver = run.status === 'completed' && calls.every(({ step }) => step.status === 'done');
  return steer.consumed_at !== null || (isOver && follows) ? [`"${steer.text}" is lost: no turn was told`] : [];
}

/**
 * Once a turn has taken a text, it is news only to calls that were in flight when it was sent. A retry may tell it
 * again.
 */
function repeated(steer: OrdersTable, calls: readonly AgentCall[], events: readonly EventsTable[]): readonly string[] {
  if (events.some(({ type }) => type === 'run.retried')) return [];
  const seqOf = (type: string, { key }: StepsTable) =>
    events.find((event) => event.type === type && (JSON.parse(event.data) as { key: string }).key === key)?.seq ?? 0;
  const tellers = calls.flatMap((call) =>
    call.turns.filter((turn) => steersOf(turn).includes(steer.id)).map((turn) => ({ call: call.step, turn })),
  );
  const taken = Math.min(...tellers.map(({ turn }) => seqOf('step.done', turn)));
  return tellers
    .filter(({ call, turn }) => call.started_at > steer.created_at && seqOf('step.started', turn) > taken)
    .map(({ call }) => `${call.key} was told "${steer.text}" after another call had taken it`);
}
