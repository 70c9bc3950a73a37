/**
 * Waking a run through Restate: a one-way send to the run's virtual object, delayed for timers. Durable when it is
 * answered (E1).
 */

import { PerdureError } from '@perdure/contract';
import type { Clock, Waker } from '../port.ts';
import type { EngineSocket } from './http.ts';
import { driveHandler, runObject } from './names.ts';

export function createRestateWaker(ingress: EngineSocket, clock: Pick<Clock, 'now'>): Waker {
  return {
    wake: async (runId, options = {}) => {
      const delay = Math.max(0, (options.at ?? 0) - clock.now());
      const path = `/${runObject}/${encodeURIComponent(runId)}/${driveHandler}/send`;
      const { status, body } = await ingress.call({
        method: 'POST',
        path: delay === 0 ? path : `${path}?delay=${delay}ms`,
      });
      if (status === 200 || status === 202) return;
      const what =
        status === unknownService
          ? 'No worker has registered with the engine yet: the run is recorded, and goes on when one has.'
          : `The engine did not accept a wake (HTTP ${status}); it is tried again.`;
      throw new PerdureError('unavailable', what, { details: { answer: body.slice(0, 200) } });
    },
  };
}

/** The engine knows our services from the workers that registered them. */
const unknownService = 404;
