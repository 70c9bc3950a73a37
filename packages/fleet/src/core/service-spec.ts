/** What a service manager has to know of a gateway, from its record. */

import type { GatewayRecord } from './gateway.ts';
import type { ServiceSpec } from './ports.ts';

export function specOf({ handle, home, port, program }: GatewayRecord, accountHome: string): ServiceSpec {
  return { handle, home, port, program: { node: program.node, entry: program.entry }, accountHome };
}
