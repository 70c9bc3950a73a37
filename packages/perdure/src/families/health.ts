/** `perdure family health`: how the agents of this host are, once or each time that it changes. */

import { compact, type FamilyGateway } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { interruptOf } from '../cli/interrupt.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findFamily } from './find.ts';
import { healthText, type SeenFamily } from './health-view.ts';
import type { MemberOptions } from './operate.ts';

export interface HealthOptions extends MemberOptions {
  readonly watch?: boolean;
}

const everyMs = 2_000;

/** 1 where somebody is not as they are to be, and nobody watches. */
export async function showHealth(rim: Rim, given: string | undefined, options: HealthOptions): Promise<number> {
  const { watch: isWatching = false } = options;
  const client = connectToHub(rim, options);
  using interrupt = interruptOf(rim);
  let told = '';
  for (;;) {
    const seen = await look(client, given);
    const now = JSON.stringify(seen.map(essence));
    if (now !== told) printData(rim, options, seen, (columns) => healthText(seen, columns));
    told = now;
    if (!isWatching) return seen.every(({ gateways }) => gateways.every(isWell)) ? 0 : 1;
    if (interrupt.signal.aborted) return 0;
    await pause(everyMs, interrupt.signal);
  }
}

async function look(client: Client, given: string | undefined): Promise<readonly SeenFamily[]> {
  const families =
    given === undefined ? await allPages((query) => client.listFamilies({ query })) : [await findFamily(client, given)];
  return await Promise.all(
    families.map(async ({ id: familyId, name }) => {
      const params = { familyId };
      const { data: gateways } = await client.listGateways({ params });
      const { data: healths } = await client.listFamilyHealth({ params, query: { limit: 1 } });
      return {
        name,
        gateways: gateways.filter(({ status }) => status !== 'removed'),
        ...compact({ health: healths[0] }),
      };
    }),
  );
}

const isWell = ({ status, wanted, readiness, problem }: FamilyGateway): boolean =>
  status === 'ready' && problem === undefined && (wanted === 'down' || readiness === 'ready');

/** What makes a difference to who watches. */
function essence({ name, gateways, health }: SeenFamily) {
  const sockets = health?.members.map(({ handle, gateway, socket, sesame }) => [handle, gateway, socket, sesame]);
  const seen = gateways.map(({ handle, status, wanted, process, readiness, work, run, problem }) => [
    [handle, status, wanted, readiness, work, run?.step, problem],
    process,
  ]);
  return [name, seen, sockets];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
