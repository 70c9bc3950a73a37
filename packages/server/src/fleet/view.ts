/** A gateway as it is shown. */

import { compact, type FamilyGateway, type GatewayFindings } from '@perdure/contract';
import type { GatewayChange } from '@perdure/fleet';
import type { MendPlan, SeenGateway } from '@perdure/fleet/control';

const isoTime = (at: number): string => new Date(at).toISOString();

export function gatewayView({ gateway, service, readiness, installed, run, work }: SeenGateway): FamilyGateway {
  const { familyId, principalId, handle, host, home, port, wanted, status, model, createdAt, updatedAt } = gateway;
  const { serviceName, taskId, vaultId, planHash, restoredFrom, smoke, archive, problem, runId } = gateway;
  const recorded = { familyId, principalId, handle, host, home, port, wanted, status, model };
  return {
    ...recorded,
    service: gateway.service,
    ...compact({ serviceName, taskId, vaultId, planHash, restoredFrom, smoke, archive, problem, work }),
    process: processOf(service),
    readiness,
    version: gateway.program.version,
    ...compact({ installed }),
    credential: { ...gateway.credential },
    ...(gateway.change !== undefined && { change: changeView(gateway.change) }),
    ...(run !== undefined && runId !== undefined && { run: { id: runId, ...run, done: [...run.done] } }),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

/** Two findings of one code are mended as one. */
export function findingsView({ findings, remedies, hash }: MendPlan): GatewayFindings {
  return {
    findings: findings.map(({ code, weight, found }) => {
      const { does = [], needs = [], cannot } = remedies.find((remedy) => remedy.code === code) ?? {};
      return { code, weight, found, does: [...does], needs: [...needs], ...compact({ cannot }) };
    }),
    planHash: hash,
  };
}

function changeView({ kind, mends }: GatewayChange): FamilyGateway['change'] {
  return { kind, ...(mends !== undefined && { findings: [...mends.findings] }) };
}

function processOf(state: SeenGateway['service']): FamilyGateway['process'] {
  switch (state.kind) {
    case 'absent':
    case 'stopped':
      return { state: state.kind };
    case 'running':
      return { state: 'running', pid: state.process.pid, restarts: state.restarts };
    case 'failed': {
      const { exitCode, signal, restarts } = state;
      return { state: 'failed', restarts, ...compact({ exitCode, signal }) };
    }
    default:
      throw new Error(`Unknown state ${String(state satisfies never)}`);
  }
}
