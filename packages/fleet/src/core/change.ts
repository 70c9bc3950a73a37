/** A change of a gateway that is ready. */

import type { GatewayChange, GatewayRecord } from './gateway.ts';

/** What is asked for, with what holds before it. */
export function changeOf(gateway: GatewayRecord, asked: Omit<GatewayChange, 'before'>): GatewayChange {
  const { program, port, service, wanted, model, credential, serviceName } = gateway;
  const before = {
    program,
    port,
    service,
    wanted,
    model,
    credential,
    ...(serviceName !== undefined && { serviceName }),
  };
  return { ...asked, before };
}
