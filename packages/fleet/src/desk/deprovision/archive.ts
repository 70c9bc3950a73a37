/** Its home into an archive, read back. */

import type { Step } from '../ports.ts';
import { putAway } from '../put-away.ts';

export const archive: Step = {
  async do(work) {
    const path = await putAway(work);
    return path === undefined ? `there is no folder ${work.gateway.home}` : `${work.gateway.home} lies in ${path}`;
  },
};
