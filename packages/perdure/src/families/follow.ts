/** Tells what is done to a gateway, step by step, until it is over. */

import type { FamilyGateway, GatewayOrder } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { interruptOf } from '../cli/interrupt.ts';
import { say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { gatewayOf, type FoundMember } from './find-gateway.ts';

const everyMs = 300;

export interface Followed {
  readonly gateway: FamilyGateway;
  /** Somebody stopped looking; what is done goes on. */
  readonly isLeft: boolean;
}

/** These are done behind an answer, by no run: the last one of the gateway is of something else. */
const withoutRun: ReadonlySet<GatewayOrder> = new Set(['start', 'stop', 'restart']);

export async function follow(
  rim: Rim,
  { client, params }: { readonly client: Client; readonly params: FoundMember['params'] },
  order: GatewayOrder,
): Promise<Followed> {
  using interrupt = interruptOf(rim);
  let told: readonly string[] = [];
  for (;;) {
    const gateway = await gatewayOf(client, params);
    const lines = withoutRun.has(order) ? workOf(gateway) : stepsOf(gateway);
    for (const line of lines.filter((each) => !told.includes(each))) say(rim, `  ${line}`);
    told = [...told, ...lines];
    if (isOver(gateway)) return { gateway, isLeft: false };
    if (interrupt.signal.aborted) return { gateway, isLeft: true };
    await pause(everyMs, interrupt.signal);
  }
}

/** Of a run that failed the undo may still be at work: the record says when that is over. */
function isOver({ status, work, run, problem }: FamilyGateway): boolean {
  if (status === 'ready') return work === undefined;
  if (status === 'failed' || status === 'removed') return true;
  // It ended and left the record as it was: nobody goes on.
  return run?.isOver === true && problem !== undefined;
}

const workOf = ({ work }: FamilyGateway): readonly string[] => (work === undefined ? [] : [work]);

function stepsOf({ run }: FamilyGateway): readonly string[] {
  if (run === undefined) return [];
  const at = run.step === undefined ? [] : [`${printable(run.step)} …`];
  return [...run.done.map((step) => `${printable(step)} done`), ...at];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
