/** Making a gateway: one file a step. */

import type { StepOf } from '../../core/jobs.ts';
import type { Step } from '../ports.ts';
import { begin } from './begin.ts';
import { health } from './health.ts';
import { home } from './home.ts';
import { port } from './port.ts';
import { principal } from './principal.ts';
import { report } from './report.ts';
import { service } from './service.ts';
import { workspace } from './workspace.ts';

export const provisionSteps: Readonly<Record<StepOf<'provision-agent'>, Step>> = {
  begin,
  port,
  principal,
  home,
  workspace,
  service,
  health,
  report,
};
