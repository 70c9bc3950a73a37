/**
 * What is wrong with a gateway, what would be done about each, and the order to do some of it: by a run of its own that
 * puts back what it touched where the gateway is not well afterwards.
 */

import { hash } from 'node:crypto';
import { join } from 'node:path';
import { compact } from '@perdure/contract';
import { isOfProfile, runnerName } from '../core/adopt/adoption.ts';
import { findingCodes, type FindingCode } from '../core/adopt/finding-codes.ts';
import { findingsOf, type Finding } from '../core/adopt/findings.ts';
import type { FoundGateway } from '../core/adopt/found.ts';
import { mendsService, remediesOf, withNeeds, type Remedy } from '../core/adopt/remedies.ts';
import { changeOf } from '../core/change.ts';
import { choosePort } from '../core/choose-port.ts';
import type { GatewayRecord, Mending } from '../core/gateway.ts';
import type { ChosenService } from '../core/member.ts';
import { agentOf, lookAtRunner } from './adopt.ts';
import { beginChange } from './change.ts';
import { readyGateway } from './operate.ts';
import { refuse, type ControlDeps, type ControlOutcome, type ControlRefusal } from './ports.ts';

export interface MendPlan {
  readonly kind: 'plan';
  readonly gateway: GatewayRecord;
  readonly findings: readonly Finding[];
  readonly remedies: readonly Remedy[];
  readonly service: ChosenService;
  readonly port: number;
  readonly found: FoundGateway;
  /** Folder of its workspace, below its home. */
  readonly workspace: string;
  /** SHA-256 in hexadecimal: another one where something of it has changed. */
  readonly hash: string;
}

export interface MendWish {
  readonly principalId: string;
  /** Absent: all that can be. */
  readonly findings?: readonly string[] | undefined;
  readonly service?: ChosenService | undefined;
  /** Of the plan that was agreed to. */
  readonly planHash?: string | undefined;
  readonly taskId?: string | undefined;
}

export async function planMend(
  deps: ControlDeps,
  { principalId, service: wanted }: Pick<MendWish, 'principalId' | 'service'>,
): Promise<MendPlan | ControlRefusal> {
  const { host, store, hubUrl } = deps;
  const ready = await readyGateway(deps, principalId);
  if (ready.kind === 'refused') return ready;
  const { gateway } = ready;
  const found = await host.find(gateway.home);
  if (found === undefined) return refuse('not_found', `There is no gateway in ${gateway.home} any more.`);
  const others = (await host.scan()).filter(({ home }) => home !== found.home);
  const findings = findingsOf(found, others, { hubUrl }).filter(({ code }) => isAbout(gateway, code));
  const facts = await host.observe({ home: undefined, port: undefined });
  const kept = (await store.list({ host: host.name })).map(({ port }) => port);
  const bases = [...new Set([...facts.bases, ...kept])];
  const choice = choosePort(undefined, { bases, isFree: (port) => !facts.busyPorts.has(port) });
  if (choice.kind === 'refused') return refuse('conflict', choice.reason);
  const service = wanted ?? (isOfProfile(gateway, host.accountHome) ? facts.service : 'supervisor');
  const { digest, workspace } = await host.detailsOf(found);
  const given = { service, port: choice.port, hubUrl, workspace: workspace?.lengths };
  const remedies = remediesOf(found, findings, given);
  const plan = { gateway, findings, remedies, service, port: choice.port, found, workspace: workspace?.folder ?? '' };
  const told = JSON.stringify([gateway.home, digest, findings, remedies]);
  return { kind: 'plan', ...plan, hash: hash('sha256', told) };
}

/** What runs one of ours is ours to say. */
const ofRunners: ReadonlySet<FindingCode> = new Set(['two_services', 'service_by_hand', 'no_service', 'two_processes']);
const isAbout = ({ service }: GatewayRecord, code: FindingCode): boolean =>
  service === 'its_own' || !ofRunners.has(code);

export async function mend(deps: ControlDeps, wish: MendWish): Promise<ControlOutcome> {
  const plan = await planMend(deps, wish);
  if (plan.kind === 'refused') return plan;
  const { gateway } = plan;
  if (wish.planHash !== undefined && wish.planHash !== plan.hash) {
    return refuse(
      'conflict',
      `Something of ${gateway.handle} has changed since that plan (${plan.hash} now): look at it again.`,
    );
  }
  const codes = wantedOf(plan, wish.findings);
  if ('kind' in codes) return codes;
  if (codes.length === 0) return { kind: 'gateway', gateway };
  if (plan.service === 'dry') return refuse('invalid_input', 'With a service that is only shown nothing would run.');
  return await begin(deps, plan, { codes, taskId: wish.taskId });
}

/** Without these nothing of it can be changed. */
const inTheWay: readonly FindingCode[] = ['settings_unreadable', 'home_is_link', 'two_processes'];

function wantedOf(
  { gateway: { handle }, findings, remedies }: MendPlan,
  asked: readonly string[] | undefined,
): readonly FindingCode[] | ControlRefusal {
  const blocking = findings.find(({ code }) => inTheWay.includes(code));
  if (blocking !== undefined) {
    const { cannot = '' } = remedies.find(({ code }) => code === blocking.code) ?? {};
    return refuse('conflict', `Nothing is mended of ${handle} yet: ${blocking.found} ${cannot}`);
  }
  if (asked === undefined)
    return withNeeds(
      remedies,
      remedies.map(({ code }) => code),
    );
  const named = asked.map((name) => remedies.find(({ code }) => code === name) ?? name);
  for (const one of named) {
    if (typeof one !== 'string') {
      if (one.cannot !== undefined) return refuse('conflict', `${one.code} of ${handle} is not mended: ${one.cannot}`);
    } else if (!findingCodes.some((code) => code === one)) {
      return refuse('invalid_input', `"${one}" is no finding; there are ${findingCodes.join(', ')}.`);
    }
  }
  // What was mended before is asked for again.
  return withNeeds(
    remedies,
    named.flatMap((one) => (typeof one === 'string' ? [] : [one.code])),
  );
}

interface Begun {
  readonly codes: readonly FindingCode[];
  readonly taskId: string | undefined;
}

async function begin(
  deps: ControlDeps,
  { gateway, found, service, port, workspace }: MendPlan,
  { codes, taskId }: Begun,
): Promise<ControlOutcome> {
  const runId = deps.newId();
  const kept = join(deps.archives, `${gateway.handle}-${runId}.kept`);
  const now = await asItRuns(deps, { gateway, found, kept });
  const to = {
    ...(codes.includes('ports_meet') && { port }),
    ...(mendsService(codes) && { service, wanted: 'up' as const }),
  };
  const files = { auth: found.authFiles, loose: found.looseFiles.map(({ path }) => path), workspace };
  const mends: Mending = {
    findings: codes,
    kept,
    files,
    ...(now.runner !== undefined && { runner: now.runner }),
    ...(now.keyId !== undefined && { keyId: now.keyId }),
  };
  const { runner, wanted, serviceName, keyId } = now;
  const change = changeOf({ ...gateway, ...now }, { kind: 'mend', to, mends });
  const facts = { change, runner: runner ?? null, wanted, serviceName: serviceName ?? null, keyId: keyId ?? null };
  return await beginChange(deps, gateway, { facts: { ...facts, taskId: taskId ?? null }, runId });
}

/** Of one that somebody else runs that may be otherwise by now. */
async function asItRuns(
  deps: ControlDeps,
  { gateway, found, kept }: { readonly gateway: GatewayRecord; readonly found: FoundGateway; readonly kept: string },
): Promise<Pick<GatewayRecord, 'runner' | 'wanted' | 'serviceName' | 'keyId'>> {
  const { service, wanted, serviceName, runner: before } = gateway;
  if (service !== 'its_own') return { wanted, ...compact({ serviceName, keyId: gateway.keyId }) };
  const agent = await agentOf(deps, gateway.home);
  const keyId = agent?.principalId === gateway.principalId ? agent.keyId : undefined;
  const runner = { ...(await lookAtRunner(deps, { ...gateway, found })), kept };
  const name = runnerName(runner);
  return {
    runner: runner.process === undefined && before?.kept !== undefined ? { ...runner, kept: before.kept } : runner,
    wanted: found.processes.length > 0 ? 'up' : wanted,
    ...compact({ serviceName: name, keyId }),
  };
}
