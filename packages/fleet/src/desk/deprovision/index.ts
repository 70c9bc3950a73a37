/** Taking a gateway away: one file a step. */

import type { StepOf } from '../../core/jobs.ts';
import type { Step } from '../ports.ts';
import { archive } from './archive.ts';
import { begin } from './begin.ts';
import { clear } from './clear.ts';
import { farewell } from './farewell.ts';
import { revoke } from './revoke.ts';
import { stop } from './stop.ts';
import { unservice } from './unservice.ts';

export const deprovisionSteps: Readonly<Record<StepOf<'deprovision-agent'>, Step>> = {
  begin,
  stop,
  archive,
  unservice,
  clear,
  revoke,
  farewell,
};
