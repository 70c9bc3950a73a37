/** The service managers of this host, by what it has; our own and the one that only shows are everywhere. */

import { userInfo } from 'node:os';
import { PerdureError } from '@perdure/contract';
import type { HostFacts, Readiness, RunnerKeeper, ServiceKind, ServiceManager } from '@perdure/fleet';
import { probeGateway } from '@perdure/fleet/openclaw';
import {
  LaunchdControl,
  openDry,
  openKeeper,
  openLaunchd,
  openSupervisor,
  openSystemd,
  openTheirs,
  SystemdControl,
  theirJobs,
  theirUnits,
} from '@perdure/fleet/service';

export interface FleetServices {
  readonly managers: Readonly<Partial<Record<ServiceKind, ServiceManager>>>;
  /** @throws PerdureError where this host has none of the kind */
  of(kind: ServiceKind): ServiceManager;
  readonly keeper: RunnerKeeper;
  /** From now on what our own is to keep running is kept running. */
  watch(): void;
  /** Gateways go on. */
  close(): Promise<void>;
}

export interface FleetServicesDeps {
  /** Where our own keeps what it knows. */
  readonly folder: string;
  readonly facts: Pick<HostFacts, 'service' | 'accountHome'>;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (message: string) => void;
}

const probeMs = 2_000;

async function readiness(port: number): Promise<Readiness> {
  return (await probeGateway(port, { timeoutMs: probeMs })).readiness;
}

export function openServices({ folder, facts, env, log }: FleetServicesDeps): FleetServices {
  const { service, accountHome } = facts;
  const { username: user, uid } = userInfo();
  const supervisor = openSupervisor({ folder, readiness, log });
  const runtimeDir = env['XDG_RUNTIME_DIR'];
  const hasSystemd = service === 'systemd' && runtimeDir !== undefined;
  const theirs = {
    ...(hasSystemd && { systemd: theirUnits(new SystemdControl({ user, accountHome, runtimeDir, log })) }),
    ...(service === 'launchd' && { launchd: theirJobs(new LaunchdControl({ user, uid, accountHome })) }),
  };
  const managers: FleetServices['managers'] = {
    supervisor,
    its_own: openTheirs({ readiness, managers: theirs }),
    dry: openDry(log),
    ...(hasSystemd && { systemd: openSystemd({ user, accountHome, runtimeDir, log }) }),
    ...(service === 'launchd' && { launchd: openLaunchd({ user, uid, accountHome }) }),
  };
  return {
    managers,
    keeper: openKeeper({ managers: theirs }),
    of(kind) {
      const manager = managers[kind];
      if (manager !== undefined) return manager;
      throw new PerdureError(
        'unavailable',
        `This host has no ${kind} that keeps gateways of this account; leave --service out, and what it has is taken.`,
      );
    },
    watch: () => supervisor.watch(),
    close: async () => await supervisor[Symbol.asyncDispose](),
  };
}
