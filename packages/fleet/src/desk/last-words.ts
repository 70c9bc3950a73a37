/** What a gateway printed last, and how it ended, for who has to find out why. Its secrets are in none of it. */

import { shortened } from '@perdure/contract';
import type { GatewayFailure } from '../core/gateway.ts';
import type { StepWork } from './ports.ts';
import { readSecrets } from './secrets.ts';

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
  const hide = hiding(Object.values(readSecrets(spec.home) ?? {}));
  return {
    lastLines: said.map((line) => shortened(hide(line), longestLine)),
    ...(exitCode !== undefined && { exitCode }),
  };
}

/** Shorter values are words. */
const shortest = 6;

function hiding(values: readonly string[]): (text: string) => string {
  const secrets = values.filter((value) => value.length >= shortest);
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[secret]'), text);
}
