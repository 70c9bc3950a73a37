/** Joins the health of the members of this host: their gateways, the hub that sees their sockets, who is told. */

import { join } from 'node:path';
import type { Principal } from '@perdure/contract';
import {
  specOf,
  type FleetHub,
  type FleetStore,
  type GatewayProgram,
  type GatewayProgramPort,
  type ServiceKind,
  type ServiceManager,
} from '@perdure/fleet';
import { healthFile, startHealth, type Health } from '@perdure/fleet/health';
import { probeGateway } from '@perdure/fleet/openclaw';
import { listenerOf, memoryByGroup } from '@perdure/fleet/watch';
import { reportFamilyHealth, type HubDeps } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';

export interface OpenHealthDeps {
  readonly store: Pick<FleetStore, 'list' | 'get'>;
  /** Of this machine, as it stands in the records. */
  readonly host: string;
  readonly accountHome: string;
  /** The state root. */
  readonly root: string;
  readonly serviceOf: (kind: ServiceKind) => Pick<ServiceManager, 'state' | 'lastLines'>;
  readonly programOf: (program: GatewayProgram) => Pick<GatewayProgramPort, 'health'>;
  readonly words: Pick<FleetHub, 'isConnected' | 'setStatus' | 'tell'>;
  readonly hub: HubDeps;
  readonly owner: Principal;
  readonly log: (message: string) => void;
  readonly everyMs?: number;
}

export function openHealth(deps: OpenHealthDeps): Health {
  const { store, host, accountHome, root, serviceOf, programOf, words, hub, owner, log, everyMs } = deps;
  return startHealth(
    {
      store,
      host,
      service: async (gateway) => await serviceOf(gateway.service).state(specOf(gateway, accountHome)),
      lastLines: async (gateway, count) =>
        await serviceOf(gateway.service).lastLines(specOf(gateway, accountHome), count),
      probe: probeGateway,
      program: ({ program }) => programOf(program),
      memory: memoryByGroup,
      listener: listenerOf,
      hub: {
        isConnected: (principalId) => words.isConnected(principalId),
        setStatus: async (principalId, status) => await words.setStatus(principalId, status),
        tell: async (principalId, said) => await words.tell(principalId, said),
        async report(familyId, { takenAt, host: name, members }) {
          accepted(await reportFamilyHealth(hub, owner, { familyId, takenAt, host: name, members }));
        },
      },
      record: healthFile(join(root, 'fleet-health.json')),
      clock: hub.clock,
      onProblem: log,
    },
    everyMs === undefined ? {} : { everyMs },
  );
}
