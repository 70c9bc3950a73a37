/** Whether a gateway that somebody else set up can be taken in, and as what it is recorded then. Pure. */

import { handlePattern, handleRule } from '@perdure/contract';
import { homeName } from '../checks.ts';
import type { GatewayProgram, GatewayRecord, ProcessIdentity, Runner } from '../gateway.ts';
import { isReadable, type FoundGateway, type FoundSettings } from './found.ts';

export interface AdoptionOf {
  readonly found: FoundGateway;
  /** That it is to have; absent: as its home says. */
  readonly as: string | undefined;
  /** Of this account. */
  readonly uid: number;
}

export type Adoptable =
  | { readonly kind: 'adoptable'; readonly handle: string; readonly settings: FoundSettings }
  /** A sentence: what is in the way, and what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

export function adoptable({ found, as, uid }: AdoptionOf): Adoptable {
  const { home, linkTo, settings, processes } = found;
  const handle = as ?? found.handle;
  if (linkTo !== undefined) {
    return refused(`${home} is a link to ${linkTo}: adopt that folder by its path, or move it here first.`);
  }
  if (found.uid !== uid) {
    return refused(
      `${home} belongs to another account (${found.uid}): adopt it there, or give it to this account first.`,
    );
  }
  if (!isReadable(settings)) {
    return refused(`The settings of ${home} cannot be read (${settings.problem}): put openclaw.json right first.`);
  }
  if (processes.length > 1) {
    const pids = processes.map(({ pid }) => pid).join(', ');
    return refused(
      `${processes.length} processes run ${home} at once (${pids}): stop all but the one that is meant, and adopt it then.`,
    );
  }
  if (!handlePattern.test(handle) || (as === undefined && handle === 'default')) {
    const why = handle === 'default' ? 'OpenClaw’s own home names no agent' : handleRule;
    return refused(`"${handle}" cannot be the handle of ${home}: ${why}; name one with --handle.`);
  }
  return { kind: 'adoptable', handle, settings };
}

const refused = (reason: string): Adoptable => ({ kind: 'refused', reason });

/** Whether OpenClaw itself would make a service for it: its home is called as a profile of this handle. */
export const isOfProfile = ({ home, handle }: Pick<GatewayRecord, 'home' | 'handle'>, accountHome: string): boolean =>
  home === `${accountHome}/${homeName(handle)}`;

/** `kept`: the process that one of its services keeps. */
export function runnerOf({ services, processes }: FoundGateway, kept: ProcessIdentity | undefined): Runner {
  const [running] = processes;
  return {
    services: services.map(({ manager, name, file }) => ({ manager, name, file })),
    ...(running !== undefined && running.pid !== kept?.pid && { process: running }),
  };
}

/** `com.openclaw.scout`; undefined: nothing runs it. */
export function runnerName({ services, process }: Runner): string | undefined {
  const names = services.map(({ name }) => name);
  const all = process === undefined ? names : [...names, 'a process that nothing keeps'];
  return all.length === 0 ? undefined : all.join(' and ');
}

/** What of a record follows from what was found. */
export function foundFacts(
  found: FoundGateway,
  {
    settings,
    runner,
    program,
  }: { readonly settings: FoundSettings; readonly runner: Runner; readonly program: GatewayProgram },
) {
  return {
    port: settings.port,
    model: settings.model ?? '',
    wanted: found.processes.length > 0 ? ('up' as const) : ('down' as const),
    program,
    runner,
  };
}
