/** How agents are, as text. Whatever others have written is made harmless. Pure. */

import type { FamilyGateway, FamilyHealth } from '@perdure/contract';
import { printable } from '../text/format.ts';
import { formatList } from '../text/table.ts';
import { stateOf } from './gateway-view.ts';

/** Of one family: its gateways as they are, and what was last seen of all its members. */
export interface SeenFamily {
  readonly name: string;
  readonly gateways: readonly FamilyGateway[];
  readonly health?: FamilyHealth;
}

export function healthText(seen: readonly SeenFamily[], columns: number | undefined): string {
  const rows = seen.flatMap(({ name, gateways, health }) =>
    gateways.map((gateway) => {
      const last = health?.members.find(({ principalId }) => principalId === gateway.principalId);
      return [
        gateway.handle,
        printable(name),
        stateOf(gateway),
        gateway.readiness,
        last?.socket ?? '-',
        restartsOf(gateway),
        last?.latencyMs === undefined ? '-' : `${Math.round(last.latencyMs)} ms`,
        health === undefined ? 'never' : health.takenAt.slice(11, 19),
        gateway.problem === undefined ? '' : printable(gateway.problem),
      ];
    }),
  );
  const empty = 'No gateways on this host; `perdure family add <handle>` makes one.';
  const headings = ['HANDLE', 'FAMILY', 'STATE', 'ANSWERS', 'SOCKET', 'RESTARTS', 'TOOK', 'LOOKED AT', 'PROBLEM'];
  return formatList(headings, rows, { empty, columns, spare: [8, 1] });
}

const restartsOf = ({ process: { restarts } }: FamilyGateway): string =>
  restarts === undefined ? '-' : String(restarts);
