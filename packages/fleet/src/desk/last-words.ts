/** What a gateway printed last, and how it ended, for who has to find out why. Its secrets are in none of it. */

import { shortened } from '@perdure/contract';
import type { GatewayFailure } from '../core/gateway.ts';
import { withoutSecrets } from '../openclaw/index.ts';
import type { StepWork } from './ports.ts';

const lines = 20;
const longestLine = 400;

export async function lastWords(work: StepWork): Promise<Pick<GatewayFailure, 'exitCode' | 'lastLines'>> {
  const { manager, spec, gateway } = work;
  if (gateway.serviceName === undefined) return { lastLines: [] };
  const [state, said] = await Promise.all([
    manager.state(spec).catch(() => undefined),
    manager.lastLines(spec, lines).catch((): readonly string[] => []),
  ]);
  const exitCode = state?.kind === 'failed' ? state.exitCode : undefined;
  const hide = withoutSecrets(spec.home);
  return {
    lastLines: said.map((line) => shortened(hide(line), longestLine)),
    ...(exitCode !== undefined && { exitCode }),
  };
}
