/** What a service manager refuses, in sentences that are the same for each. */

import { PerdureError } from '@perdure/contract';
import { isProfileHome } from '../openclaw/run.ts';
import type { ServiceSpec } from '../core/ports.ts';
import { saidOf, type Ran } from './run-program.ts';

export const notInstalled = ({ handle }: ServiceSpec): PerdureError =>
  new PerdureError('not_found', `There is no service for ${handle}, so it cannot be started; install it first.`);

/** @throws PerdureError `conflict` for a home that a service of the system cannot be for */
export function checkProfileHome(spec: ServiceSpec, accountHome: string): void {
  const { handle, home } = spec;
  if (spec.accountHome === accountHome && isProfileHome(spec)) return;
  throw new PerdureError(
    'conflict',
    `OpenClaw knows a service for ${accountHome}/.openclaw-${handle} of this account alone, and not for ${home}; let Perdure keep that agent running itself (\`--service supervisor\`).`,
  );
}

export const anotherOne = ({ handle, home }: ServiceSpec, path: string): PerdureError =>
  new PerdureError(
    'conflict',
    `${path} is a service of this name that is not for ${home}, so it is left as it is; remove it, or give ${handle} another handle.`,
  );

/** `look`: what a person may do to see more. */
export const couldNot = (what: string, ran: Ran, look: string): PerdureError =>
  new PerdureError(
    'unavailable',
    `The service manager of this account could not ${what} (${saidOf(ran)}); ${look}, and try it again.`,
  );

export const unending = (name: string, look: string): PerdureError =>
  new PerdureError('timeout', `${name} does not end, though it was killed; look at \`${look}\`, and stop it again.`);
