/** Waits until it is well, as one that is made. One that is to be down is not looked at. */

import { health as whole } from '../provision/health.ts';
import type { Step } from '../ports.ts';

export const health: Step = {
  async do(work) {
    const { gateway } = work;
    if (gateway.wanted === 'down') return `${gateway.handle} is down, so how it would be is not known`;
    return await whole.do(work);
  },
};
