/** The port: reserved in the record since the run was asked for; here it is tried, with all that lie behind it. */

import { PerdureError } from '@perdure/contract';
import { derivedPorts } from '../../core/choose-port.ts';
import type { Step } from '../ports.ts';

export const port: Step = {
  async do({ deps, gateway }) {
    const [busy] = await deps.busyAmong([gateway.port, ...derivedPorts(gateway.port)]);
    if (busy === undefined) return `port ${gateway.port} is free, with those behind it`;
    const behind = busy === gateway.port ? '' : `, which a gateway on ${gateway.port} may take`;
    throw new PerdureError(
      'conflict',
      `Port ${busy}${behind}, is in use by another program; provision ${gateway.handle} again, and another port is chosen.`,
    );
  },
  // A gateway that failed keeps no port from others.
  undo: async ({ gateway }) => `port ${gateway.port} is free for others`,
};
