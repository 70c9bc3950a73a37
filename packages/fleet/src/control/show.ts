/** How a gateway is: what is recorded, what its process does, and what is being done to it. */

import { compact } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import { isDown } from '../core/health.ts';
import type { Readiness, ServiceState } from '../core/ports.ts';
import type { Operator, Work } from './operate.ts';
import type { ControlDeps, FleetRun } from './ports.ts';
import { specOf } from '../core/service-spec.ts';

export interface SeenGateway {
  readonly gateway: GatewayRecord;
  readonly service: ServiceState;
  readonly readiness: Readiness;
  /** At work on it, or the last that was. */
  readonly run?: FleetRun;
  readonly work?: Work;
  /** What lies at the entry of its program, where that is another release; `none`: nothing does. */
  readonly installed?: string;
}

export async function seeGateway(
  { store, host, serviceOf, programOf, runs }: ControlDeps,
  operator: Pick<Operator, 'workOn'>,
  given: GatewayRecord,
): Promise<SeenGateway> {
  // Before all else: who sees that no work goes on sees what came of it, and nothing of before.
  const work = operator.workOn(given.principalId);
  const gateway = work === undefined ? ((await store.get(given.principalId)) ?? given) : given;
  const isThere = gateway.status !== 'removed' && gateway.status !== 'failed';
  const look = async (): Promise<ServiceState> =>
    isThere ? await serviceOf(gateway.service).state(specOf(gateway, host.accountHome)) : { kind: 'absent' };
  const [before, answer, run, behind] = await Promise.all([
    look(),
    isThere ? programOf(gateway.program).readiness(gateway.port) : ('away' as const),
    gateway.runId === undefined ? undefined : runs.look(gateway.runId),
    isThere ? host.behind(gateway.program) : gateway.program.version,
  ]);
  // Where nothing of ours runs, and did not begin meanwhile, whoever answers is somebody else.
  const isOthers = isDown(before, gateway.service) && answer !== 'away';
  const service = isOthers ? await look() : before;
  const readiness = isOthers && isDown(service, gateway.service) ? 'stranger' : answer;
  const installed = behind === gateway.program.version ? undefined : (behind ?? 'none');
  return { gateway, service, readiness, ...compact({ run, work, installed }) };
}

export async function logsOf({ host, serviceOf }: ControlDeps, gateway: GatewayRecord, count: number) {
  return await serviceOf(gateway.service).lastLines(specOf(gateway, host.accountHome), count);
}
