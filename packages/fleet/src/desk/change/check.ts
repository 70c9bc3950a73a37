/** What can be seen before anything is touched, is. */

import type { Step } from '../ports.ts';
import { changeIn, kinds } from './kinds.ts';

export const check: Step = {
  do: async (work) => await kinds[changeIn(work).kind].check(work),
};
