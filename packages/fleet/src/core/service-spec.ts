/** What a service manager has to know of a gateway, from its record. */

import type { GatewayRecord } from './gateway.ts';
import type { ServiceSpec } from './ports.ts';

export function specOf(
  { handle, home, port, program, runner }: Pick<GatewayRecord, 'handle' | 'home' | 'port' | 'program' | 'runner'>,
  accountHome: string,
): ServiceSpec {
  const { node, entry } = program;
  return { handle, home, port, program: { node, entry }, accountHome, ...(runner !== undefined && { runner }) };
}
