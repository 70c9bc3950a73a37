/** Gateways in the database of a state root: each write reads, lets the core decide and writes in one transaction. */

import { createRead, type Connection, type GatewaysTable, type GroupCommit } from '@perdure/db';
import { decideChange, decideOpen, type GatewayStanding } from '../core/decide-gateway.ts';
import type { FleetStore, GatewayOutcome } from '../core/ports.ts';
import { toGateway, toRow } from './rows.ts';

export function createFleetStore(database: Connection, group: GroupCommit): FleetStore {
  const read = createRead(database);
  const { sqlite } = database;
  const columns = Object.keys(columnsOf);
  const put = sqlite.prepare(
    `INSERT OR REPLACE INTO gateways (${columns.join(', ')}) VALUES (${columns.map((name) => `:${name}`).join(', ')})`,
  );
  const one = sqlite.prepare('SELECT * FROM gateways WHERE principal_id = ?');
  const ofHost = sqlite.prepare('SELECT * FROM gateways WHERE host = ? ORDER BY handle');
  const all = sqlite.prepare(
    `SELECT * FROM gateways WHERE (:host IS NULL OR host = :host) AND (:family IS NULL OR family_id = :family)
       AND (:removed = 1 OR status <> 'removed') ORDER BY handle`,
  );
  const get = (principalId: string) => {
    const row = one.get(principalId);
    return row && toGateway(row as unknown as GatewaysTable);
  };
  const standing = (principalId: string, host: string | undefined): GatewayStanding => {
    const current = get(principalId);
    const rows = ofHost.all(host ?? current?.host ?? '') as unknown as GatewaysTable[];
    const others = rows.filter((row) => row.principal_id !== principalId).map(toGateway);
    return { current, others };
  };
  const written = (outcome: GatewayOutcome): GatewayOutcome => {
    if (outcome.kind === 'gateway') put.run({ ...toRow(outcome.gateway) });
    return outcome;
  };
  return {
    open: (made, action) => group.run(() => written(decideOpen(made, action, standing(made.principalId, made.host)))),
    move: (principalId, change) => group.run(() => written(decideChange(change, standing(principalId, undefined)))),
    note: (principalId, change) => group.run(() => written(decideChange(change, standing(principalId, undefined)))),
    get: (principalId) => read(() => get(principalId)),
    list: ({ host = null, familyId = null, withRemoved = false }) =>
      read(() => {
        const rows = all.all({ host, family: familyId, removed: withRemoved ? 1 : 0 });
        return rows.map((row) => toGateway(row as unknown as GatewaysTable));
      }),
  };
}

/** Every column, by its name. */
const columnsOf: Readonly<Record<keyof GatewaysTable, true>> = {
  principal_id: true,
  family_id: true,
  handle: true,
  host: true,
  home: true,
  port: true,
  service: true,
  service_name: true,
  runner: true,
  wanted: true,
  program: true,
  model: true,
  credential: true,
  status: true,
  run_id: true,
  task_id: true,
  key_id: true,
  vault_id: true,
  plan_hash: true,
  restored_from: true,
  smoke: true,
  change: true,
  archive: true,
  problem: true,
  failure: true,
  created_at: true,
  updated_at: true,
};
