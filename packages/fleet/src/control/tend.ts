/**
 * Takes up what a process that died has left: a run that was recorded for a gateway and never started, a gateway that
 * is to be down and runs, a run that ended without a word. It remembers nothing, so it makes no difference who looks.
 */

import type { JobId } from '../core/jobs.ts';
import type { GatewayRecord } from '../core/gateway.ts';
import type { Operator } from './operate.ts';
import type { ControlDeps } from './ports.ts';
import { settle } from './settle.ts';
import { specOf } from '../core/service-spec.ts';

export async function tend(
  deps: ControlDeps,
  operator: Pick<Operator, 'stop' | 'workOn'>,
): Promise<{ readonly begun: number; readonly stopped: number; readonly settled: number }> {
  const { store, runs, host } = deps;
  let begun = 0;
  let stopped = 0;
  let settled = 0;
  for (const gateway of await store.list({ host: host.name })) {
    const job = jobOf(gateway);
    const { runId, principalId, handle } = gateway;
    if (job !== undefined && runId !== undefined) {
      const run = await runs.look(runId);
      if (run === undefined) {
        await runs.begin({ id: runId, job, principalId, handle });
        begun += 1;
      } else if (run.isOver && (await settle(deps, principalId, run))) settled += 1;
    }
    if (await isLeftRunning(deps, operator, gateway)) {
      await operator.stop(principalId);
      stopped += 1;
    }
  }
  return { begun, stopped, settled };
}

function jobOf({ status }: GatewayRecord): JobId | undefined {
  if (status === 'provisioning') return 'provision-agent';
  if (status === 'changing') return 'change-agent';
  return status === 'removing' ? 'deprovision-agent' : undefined;
}

async function isLeftRunning(
  { serviceOf, host }: ControlDeps,
  operator: Pick<Operator, 'workOn'>,
  gateway: GatewayRecord,
): Promise<boolean> {
  const { status, wanted, principalId, service } = gateway;
  // Who set one up may start it again.
  if (service === 'its_own') return false;
  if (status !== 'ready' || wanted !== 'down' || operator.workOn(principalId) !== undefined) return false;
  return (await serviceOf(service).state(specOf(gateway, host.accountHome))).kind === 'running';
}
