/** Orders to the fleet, as the HTTP API and tasks of the hub give them. */

import { compact, PerdureError, type FamilyGateway, type Principal } from '@perdure/contract';
import {
  adopt,
  backup,
  changeSettings,
  deprovision,
  logsOf,
  mend,
  planMend,
  planRepair,
  provision,
  provisionProblem,
  planFamilyUpgrade,
  refresh,
  repair,
  restore,
  seeGateway,
  seeUpgrade,
  upgradeFamily,
  upgradeGateway,
  type ControlDeps,
  type ControlRefusal,
  type GatewayWish,
  type Operator,
} from '@perdure/fleet/control';
import type { FleetServing, GatewayOrderRequest } from '../http/ports.ts';
import { upgradePlanView, upgradeView } from './upgrade-view.ts';
import { findingsView, gatewayView } from './view.ts';

/** Where it runs elsewhere, or nothing is, there is no such gateway for us. */
const none = (principalId: string): PerdureError =>
  new PerdureError(
    'not_found',
    `There is no gateway of ${principalId} on this host; \`perdure family provision\` makes one.`,
  );

export interface ServingDeps extends ControlDeps {
  readonly operator: Operator;
  /** While it is acted, no task of the hub is taken for an order. */
  readonly undisturbed: FleetServing['undisturbed'];
}

export function createFleetServing(deps: ServingDeps): FleetServing {
  const { operator, undisturbed } = deps;
  const { store, host } = deps;
  const see = async (principalId: string): Promise<FamilyGateway> => {
    const gateway = await store.get(principalId);
    if (gateway === undefined) throw none(principalId);
    return gatewayView(await seeGateway(deps, operator, gateway));
  };
  return {
    hostName: host.name,
    accountHome: host.accountHome,
    undisturbed,
    async list(familyId) {
      const all = await store.list({ familyId, withRemoved: true });
      return await Promise.all(all.map(async (gateway) => gatewayView(await seeGateway(deps, operator, gateway))));
    },
    async adopt(wish) {
      const { gateway } = accepted(await adopt(deps, wish));
      return await see(gateway.principalId);
    },
    get: see,
    async findings(principalId) {
      return findingsView(accepted(await planMend(deps, { principalId })));
    },
    async logs(principalId, count) {
      const gateway = await store.get(principalId);
      if (gateway === undefined) throw none(principalId);
      return await logsOf(deps, gateway, count);
    },
    async planRepair(principalId, isFresh) {
      const { plan, problems } = accepted(await planRepair(deps, { principalId, isFresh }));
      return { differences: [...plan.differences], problems: [...problems], hash: plan.hash };
    },
    async check(by, member, asked) {
      const problem = await provisionProblem(deps, by, { member, wish: wishOf(asked) });
      if (problem !== undefined) accepted(problem);
    },
    async order(by, principalId, { order, archive, findings, now: isNow = false, fresh: isFresh = false, ...wish }) {
      const asked = { by, principalId, order, archive, findings, isNow, isFresh, wish: wishOf(wish) };
      const more = await carryOut(deps, operator, asked);
      return { ...(await see(principalId)), ...more };
    },
    planUpgrade: async (familyId, asked) =>
      upgradePlanView(familyId, accepted(await planFamilyUpgrade(deps, { familyId, ...asked }))),
    async orderUpgrade(familyId, asked) {
      const { plan, runId } = accepted(await upgradeFamily(deps, { familyId, ...asked }));
      return { ...upgradePlanView(familyId, plan), ...compact({ runId }) };
    },
    getUpgrade: async (familyId, runId) => upgradeView(await seeUpgrade(deps, { familyId, runId })),
  };
}

interface Ordered {
  readonly by: Principal;
  readonly principalId: string;
  readonly order: GatewayOrderRequest['order'];
  readonly archive: string | undefined;
  readonly findings: readonly string[] | undefined;
  readonly isNow: boolean;
  readonly isFresh: boolean;
  readonly wish: GatewayWish;
}

/** @throws PerdureError where it is refused */
async function carryOut(
  deps: ControlDeps,
  operator: Operator,
  { by, principalId, order, archive, findings, isNow, isFresh, wish }: Ordered,
): Promise<{ readonly backup?: string }> {
  switch (order) {
    case 'provision':
      accepted(await provision(deps, by, { principalId, ...wish }));
      return {};
    case 'start':
      accepted(await operator.start(principalId));
      return {};
    case 'stop':
      accepted(await operator.stop(principalId, { isNow }));
      return {};
    case 'restart':
      accepted(await operator.restart(principalId, { isNow }));
      return {};
    case 'repair': {
      const { planHash, taskId } = wish;
      accepted(await repair(deps, { principalId, isFresh, planHash, taskId }));
      return {};
    }
    case 'change':
      accepted(await changeSettings(deps, by, { principalId, ...wish }));
      return {};
    case 'refresh':
      accepted(await refresh(deps, principalId));
      return {};
    case 'upgrade':
      accepted(await upgradeGateway(deps, principalId, { taskId: wish.taskId }));
      return {};
    case 'deprovision':
      accepted(await deprovision(deps, principalId));
      return {};
    case 'restore':
      accepted(await restore(deps, by, { principalId, archive, ...wish }));
      return {};
    case 'mend': {
      const { service, planHash, taskId } = wish;
      accepted(await mend(deps, { principalId, findings, service, planHash, taskId }));
      return {};
    }
    case 'backup':
      return { backup: accepted(await backup(deps, principalId)).path };
    default:
      throw new Error(`Unknown order ${String(order satisfies never)}`);
  }
}

export function wishOf(
  asked: Omit<GatewayOrderRequest, 'order' | 'now' | 'fresh' | 'archive' | 'findings'>,
): GatewayWish {
  const { credential, llmApiKey, ...wish } = asked;
  if (llmApiKey !== undefined) return { ...wish, credential: { kind: 'given', key: llmApiKey } };
  if (credential === undefined) return { ...wish, credential: { kind: 'inherited' } };
  if (credential === 'unneeded') return { ...wish, credential: { kind: 'unneeded' } };
  return { ...wish, credential: { kind: 'vault', reference: credential } };
}

function accepted<T extends { readonly kind: string }>(outcome: T | ControlRefusal): Exclude<T, ControlRefusal> {
  if (outcome.kind !== 'refused') return outcome as Exclude<T, ControlRefusal>;
  const { code, message, problems } = outcome as ControlRefusal;
  throw new PerdureError(code, message, { details: problems === undefined ? {} : { problems: [...problems] } });
}
