/** `GET /health`: open to everybody, and never fails. */

import { overallHealth } from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import type { Handlers } from './table.ts';

export function healthHandlers({ health, clock }: Dependencies): Pick<Handlers, 'health'> {
  return {
    health: async () => {
      const parts = await health.check();
      const status = overallHealth(parts);
      const body = { status, timestamp: new Date(clock()).toISOString(), parts };
      return { status: status === 'down' ? 503 : 200, body };
    },
  };
}
