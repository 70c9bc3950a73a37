/** Changing a gateway: one file a step. */

import type { StepOf } from '../../core/jobs.ts';
import type { Step } from '../ports.ts';
import { apply } from './apply.ts';
import { archive } from './archive.ts';
import { begin } from './begin.ts';
import { check } from './check.ts';
import { health } from './health.ts';
import { report } from './report.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

export const changeSteps: Readonly<Record<StepOf<'change-agent'>, Step>> = {
  begin,
  check,
  stop,
  archive,
  apply,
  start,
  health,
  report,
};
