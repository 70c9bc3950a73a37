/** Rows of gateways as records: what is null in a row is absent in a record. */

import { compact } from '@perdure/contract';
import type { GatewaysTable } from '@perdure/db';
import type {
  GatewayChange,
  GatewayFailure,
  GatewayProgram,
  GatewayRecord,
  CredentialSource,
  Runner,
} from '../core/gateway.ts';

const present = <T>(value: T | null): T | undefined => value ?? undefined;

export function toGateway(row: GatewaysTable): GatewayRecord {
  return {
    principalId: row.principal_id,
    familyId: row.family_id,
    handle: row.handle,
    host: row.host,
    home: row.home,
    port: row.port,
    service: row.service as GatewayRecord['service'],
    wanted: row.wanted,
    program: JSON.parse(row.program) as GatewayProgram,
    model: row.model,
    credential: JSON.parse(row.credential) as CredentialSource,
    status: row.status as GatewayRecord['status'],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...compact({
      serviceName: present(row.service_name),
      runner: row.runner === null ? undefined : (JSON.parse(row.runner) as Runner),
      runId: present(row.run_id),
      taskId: present(row.task_id),
      keyId: present(row.key_id),
      vaultId: present(row.vault_id),
      planHash: present(row.plan_hash),
      restoredFrom: present(row.restored_from),
      smoke: row.smoke === 1 ? true : undefined,
      change: row.change === null ? undefined : (JSON.parse(row.change) as GatewayChange),
      archive: present(row.archive),
      problem: present(row.problem),
      failure: row.failure === null ? undefined : (JSON.parse(row.failure) as GatewayFailure),
    }),
  };
}

export function toRow(gateway: GatewayRecord): GatewaysTable {
  return {
    principal_id: gateway.principalId,
    family_id: gateway.familyId,
    handle: gateway.handle,
    host: gateway.host,
    home: gateway.home,
    port: gateway.port,
    service: gateway.service,
    service_name: gateway.serviceName ?? null,
    runner: gateway.runner === undefined ? null : JSON.stringify(gateway.runner),
    wanted: gateway.wanted,
    program: JSON.stringify(gateway.program),
    model: gateway.model,
    credential: JSON.stringify(gateway.credential),
    status: gateway.status,
    run_id: gateway.runId ?? null,
    task_id: gateway.taskId ?? null,
    key_id: gateway.keyId ?? null,
    vault_id: gateway.vaultId ?? null,
    plan_hash: gateway.planHash ?? null,
    restored_from: gateway.restoredFrom ?? null,
    smoke: gateway.smoke === true ? 1 : null,
    change: gateway.change === undefined ? null : JSON.stringify(gateway.change),
    archive: gateway.archive ?? null,
    problem: gateway.problem ?? null,
    failure: gateway.failure === undefined ? null : JSON.stringify(gateway.failure),
    created_at: gateway.createdAt,
    updated_at: gateway.updatedAt,
  };
}
