/**
 * Its home into an archive, read back. Where it is put back out of that its disk has to have room for both, which is
 * found out before anything of it is touched.
 */

import { checkRoom } from '../../home/index.ts';
import type { Step } from '../ports.ts';
import { putAway } from '../put-away.ts';
import { changeIn, kinds } from './kinds.ts';

export const archive: Step = {
  async do(work) {
    const { home } = work.gateway;
    const path = await putAway(work);
    if (path === undefined) return `there is no folder ${home}`;
    if (kinds[changeIn(work).kind].putBack === undefined) await checkRoom(path, home);
    return `${home} lies in ${path}`;
  },
};
