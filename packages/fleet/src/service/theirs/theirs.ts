/**
 * What ran a gateway that somebody else set up: their unit of systemd, their job of launchd, or a process that nothing
 * keeps. We act on what was recorded when it was adopted, a name with its file or a pid with its start, and never on
 * what is merely called alike. Nothing of theirs is written, enabled, disabled or removed here.
 */

import { PerdureError } from '@perdure/contract';
import { isSameProcess } from '@perdure/home';
import { runnerName } from '../../core/adopt/adoption.ts';
import type { ProcessIdentity, RunnerService } from '../../core/gateway.ts';
import type { Readiness, ServiceManager, ServiceSpec, ServiceState, StopOptions } from '../../core/ports.ts';
import { checkHome } from '../check-spec.ts';
import { endProcess, type EndProcessOptions } from './end-process.ts';
import { canLaunch, launchAgain, launchedAgain } from './launch.ts';
import { lastWordsIn } from './last-words-in.ts';

/** One manager of services, as far as services of others are concerned. */
export interface TheirServices {
  /** Absent: it knows no service of that name. */
  state(service: RunnerService): Promise<ServiceState>;
  start(service: RunnerService): Promise<void>;
  isEnabled(service: RunnerService): Promise<boolean>;
  enable(service: RunnerService): Promise<void>;
  /** Before its file goes. */
  disable(service: RunnerService): Promise<void>;
  /** Files of services have changed. */
  reread(): Promise<void>;
  /** Resolves when it has ended. */
  stop(service: RunnerService, options: StopOptions): Promise<'stopped' | 'killed'>;
}

export interface TheirsDeps {
  /** Those that this host has. What another would start is not started by anybody here. */
  readonly managers: Readonly<Partial<Record<RunnerService['manager'], TheirServices>>>;
  readonly readiness: (port: number) => Promise<Readiness>;
  readonly pollMs?: number;
  /** How long a process that does not say that it is finishing is waited for. */
  readonly obstinateMs?: number;
}

export function openTheirs({ managers, readiness, pollMs = 100, obstinateMs = 30_000 }: TheirsDeps): ServiceManager {
  const keptBy = ({ runner }: ServiceSpec) =>
    (runner?.services ?? []).flatMap((service) => {
      const manager = managers[service.manager];
      return manager === undefined ? [] : [{ service, manager }];
    });
  const ending = ({ port }: ServiceSpec, options: StopOptions): EndProcessOptions => ({
    ...options,
    isDraining: async () => (await readiness(port)) === 'draining',
    obstinateMs,
    pollMs,
  });
  const stop = async (spec: ServiceSpec, options: StopOptions): Promise<'stopped' | 'killed'> => {
    const ends: ('stopped' | 'killed')[] = [];
    for (const { service, manager } of keptBy(spec)) ends.push(await manager.stop(service, options));
    for (const process of processesOf(spec)) ends.push(await endProcess(process, ending(spec, options)));
    return ends.includes('killed') ? 'killed' : 'stopped';
  };
  return {
    kind: 'its_own',
    nameOf: ({ runner }) => (runner && runnerName(runner)) ?? 'nothing',
    // What is theirs is there, or is not.
    install: async ({ home }) => checkHome(home),
    async start(spec) {
      checkHome(spec.home);
      const [only, ...more] = keptBy(spec);
      if (only === undefined) {
        if (processesOf(spec).some(isSameProcess)) return;
        const { kept } = spec.runner ?? {};
        if (!canLaunch(kept)) throw nothingStarts(spec);
        return await launchAgain(spec, kept);
      }
      // Of several one runs at a time, as before a change that was put back.
      if (more.length > 0 && spec.runner?.kept === undefined) throw severalStart(spec);
      if ((await only.manager.state(only.service)).kind !== 'running') await only.manager.start(only.service);
    },
    stop,
    remove: async (spec, options) => void (await stop(spec, options)),
    async state(spec) {
      const states = await Promise.all(keptBy(spec).map(async ({ service, manager }) => await manager.state(service)));
      return stateOf(states, processesOf(spec).find(isSameProcess));
    },
    lastLines: async ({ home, handle }, count) => lastWordsIn(home, handle, count),
  };
}

/** The one that was found, and the one that was started in its place. */
function processesOf({ runner }: ServiceSpec): readonly ProcessIdentity[] {
  return [runner?.process, launchedAgain(runner?.kept)].filter((one) => one !== undefined);
}

function stateOf(states: readonly ServiceState[], process: ProcessIdentity | undefined): ServiceState {
  const running = states.find(({ kind }) => kind === 'running');
  if (running !== undefined) return running;
  if (process !== undefined) return { kind: 'running', process, restarts: 0 };
  const known = states.filter(({ kind }) => kind !== 'absent');
  return known.find(({ kind }) => kind === 'failed') ?? { kind: known.length > 0 ? 'stopped' : 'absent' };
}

const nothingStarts = ({ handle }: ServiceSpec): PerdureError =>
  new PerdureError(
    'conflict',
    `Nothing that was found starts the gateway of ${handle}: start it as you did before and adopt it again, or give it a service (\`perdure family mend ${handle} no_service\`).`,
  );

const severalStart = ({ handle, runner }: ServiceSpec): PerdureError =>
  new PerdureError(
    'conflict',
    `${runner && runnerName(runner)} both start the gateway of ${handle}, and would fight: \`perdure family mend ${handle} two_services\` puts one in their place.`,
  );
