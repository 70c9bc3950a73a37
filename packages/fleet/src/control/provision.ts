/**
 * Takes the order to make a gateway: plans it, records it, and starts the run that does it. What was ordered before is
 * answered as it is; of two orders at once the store takes one.
 */

import { compact, type Principal } from '@perdure/contract';
import type { CredentialSource, GatewayRecord } from '../core/gateway.ts';
import type { ChosenService, MemberSpec } from '../core/member.ts';
import { askedHome } from '../core/checks.ts';
import { planMember, type Plan } from '../core/plan.ts';
import { refuse, type ControlDeps, type ControlOutcome, type ControlRefusal, type OrderedMember } from './ports.ts';

export type OrderedCredential =
  | { readonly kind: 'unneeded' }
  /** `vault/item/field`, as whoever asks names it. */
  | { readonly kind: 'vault'; readonly reference: string }
  /** A secret: it goes into the vault of the member. */
  | { readonly kind: 'given'; readonly key: string }
  /** What it had before, or what its family shares. */
  | { readonly kind: 'inherited' };

export interface GatewayWish {
  /** `provider/model`; absent: as before. */
  readonly model?: string | undefined;
  readonly credential: OrderedCredential;
  readonly port?: number | undefined;
  /** An absolute path. */
  readonly home?: string | undefined;
  readonly service?: ChosenService | undefined;
  /** Of the plan that somebody agreed to. */
  readonly planHash?: string | undefined;
  /** Whether it has to take a turn with its model; absent: as before, else not. */
  readonly smoke?: boolean | undefined;
  readonly taskId?: string | undefined;
}

type Named = Pick<OrderedMember, 'handle' | 'displayName' | 'familyId' | 'host'>;

interface Planned {
  readonly kind: 'planned';
  readonly plan: Plan;
  readonly model: string;
  readonly program: GatewayRecord['program'];
}

/** What would be made, and with what; nothing is. `before`: what was recorded of it. */
export async function planGateway(
  { host, store }: ControlDeps,
  member: Named,
  { wish, before }: { readonly wish: GatewayWish; readonly before?: GatewayRecord | undefined },
): Promise<Planned | ControlRefusal> {
  const { handle, displayName } = member;
  if (member.host !== host.name) return refuse('conflict', elsewhere(member, host.name));
  const model = wish.model ?? before?.model;
  if (model === undefined) return refuse('invalid_input', noModel(handle));
  const home = askedHome(wish.home, { handle, accountHome: host.accountHome });
  const facts = await host.observe({ home, port: wish.port });
  const kept = (await store.list({ host: host.name })).filter((each) => each.handle !== handle && holdsPort(each));
  const spec: MemberSpec = {
    handle,
    displayName,
    model,
    credential: wish.credential.kind === 'inherited' ? 'vault' : wish.credential.kind,
    ...compact({ home, port: wish.port }),
  };
  const bases = [...new Set([...facts.bases, ...kept.map(({ port }) => port)])];
  const plan = planMember(spec, { ...facts, bases }, compact({ service: wish.service }));
  if (plan.kind === 'blocked') {
    const problems = plan.checks.flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id}: ${problem}`]));
    return refuse('conflict', `${handle} cannot be provisioned on ${host.name}: ${problems.join('; ')}.`, problems);
  }
  if (wish.planHash !== undefined && wish.planHash !== plan.hash) {
    return refuse('conflict', `The plan of ${handle} is another one by now (${plan.hash}): look at it again.`);
  }
  const program = await host.program(facts);
  if (program !== undefined) return { kind: 'planned', plan, model, program };
  return refuse(
    'conflict',
    `openclaw at ${facts.openclaw?.path ?? '-'} is nothing that Node runs; install it with npm.`,
  );
}

/** Of one that failed all was taken back. */
const holdsPort = ({ status }: GatewayRecord): boolean => status !== 'failed';

function elsewhere({ handle, host }: Named, here: string): string {
  const where = host === undefined ? 'on no host that was named' : `on ${host}`;
  return `The family of ${handle} runs ${where}, and this is ${here}: \`perdure family init\` makes it one of this host.`;
}

export async function provision(
  deps: ControlDeps,
  by: Principal,
  { principalId, ...wish }: GatewayWish & { readonly principalId: string },
): Promise<ControlOutcome> {
  const { store, hub, runs, newId } = deps;
  const member = await hub.member(principalId);
  const { handle } = member;
  const before = await store.get(principalId);
  if (before !== undefined && before.status !== 'failed') return standing(before);
  if (member.status === 'deprovisioned') {
    return refuse(
      'conflict',
      `${handle} was deprovisioned, and may come back by a restore alone; or make another agent.`,
    );
  }
  const model = wish.model ?? before?.model ?? '';
  const credential = await credentialOf(deps, by, { member, model, wish, before });
  if (credential.kind === 'refused') return credential;
  const runId = newId();
  const { restoredFrom } = before ?? {};
  const taskId = wish.taskId ?? before?.taskId;
  const made = { wish, before, credential, runId, action: 'provision', ...compact({ restoredFrom, taskId }) } as const;
  const opened = await openGateway(deps, member, made);
  // A death here is found by `tend`.
  if (opened.kind === 'gateway' && opened.gateway.runId === runId) {
    await runs.begin({ id: runId, job: 'provision-agent', principalId, handle });
  }
  return opened;
}

/** Between a plan and its record somebody else may have taken the port: then another one is planned. */
const mostPlans = 20;

export interface MadeGateway {
  readonly wish: GatewayWish;
  readonly before: GatewayRecord | undefined;
  readonly credential: CredentialSource;
  readonly runId: string;
  readonly action: 'provision' | 'restore';
  readonly restoredFrom?: string;
  readonly taskId?: string;
}

export async function openGateway(
  deps: ControlDeps,
  member: OrderedMember,
  { wish, before, credential, runId, action, restoredFrom, taskId }: MadeGateway,
): Promise<ControlOutcome> {
  const { store, host, clock } = deps;
  const { principalId, familyId, handle } = member;
  for (let plans = 1; ; plans += 1) {
    const planned = await planGateway(deps, member, { wish, before });
    if (planned.kind === 'refused') return planned;
    const { plan, model, program } = planned;
    const { home, port, service, hash: planHash } = plan;
    const whose = { principalId, familyId, handle, host: host.name };
    const facts = { home, port, service, planHash, program, model, credential, wanted: 'up', runId } as const;
    const smoke = (wish.smoke ?? before?.smoke) === true ? true : undefined;
    const kept = compact({ taskId, restoredFrom, smoke, vaultId: before?.vaultId });
    const opened = await store.open({ ...whose, ...facts, ...kept, now: clock() }, action);
    if (opened.kind === 'gateway') return opened;
    const now = await store.get(principalId);
    const isOthers = now !== undefined && now.runId !== before?.runId;
    if (isOthers && now.status !== 'failed') {
      // Whoever wants back what it was is not told that it comes, where another one is being made.
      return action === 'restore' && now.restoredFrom !== restoredFrom ? beingMade(now) : standing(now);
    }
    if (wish.port !== undefined || plans === mostPlans) return refuse('conflict', opened.reason);
  }
}

/** Ordered before: the same answer again, as far as that is what was wanted. */
function standing(gateway: GatewayRecord): ControlOutcome {
  const { handle, status } = gateway;
  if (status === 'provisioning' || status === 'ready') return { kind: 'gateway', gateway };
  if (status === 'removing') return refuse('conflict', `${handle} is being deprovisioned; wait until that is over.`);
  return refuse(
    'conflict',
    `${handle} was deprovisioned; \`perdure family restore ${handle}\` brings it back, or make another agent.`,
  );
}

const beingMade = ({ handle, runId = 'none' }: GatewayRecord): ControlRefusal =>
  refuse('conflict', `${handle} is being made anew, by run ${runId}: wait until that is over, or cancel it.`);

/** What would keep a new member of this handle from being provisioned; undefined: nothing. Nothing is made. */
export async function provisionProblem(
  deps: ControlDeps,
  by: Principal,
  { member, wish }: { readonly member: Named; readonly wish: GatewayWish },
): Promise<ControlRefusal | undefined> {
  const planned = await planGateway(deps, member, { wish });
  if (planned.kind === 'refused') return planned;
  const { model } = planned;
  // A key that was given goes into a vault that does not exist yet.
  if (wish.credential.kind === 'given') return undefined;
  const asked = { member: { ...member, principalId: '' }, model, wish, before: undefined };
  const credential = await credentialOf(deps, by, asked);
  return credential.kind === 'refused' ? credential : undefined;
}

interface Asked {
  readonly member: Pick<OrderedMember, 'principalId' | 'familyId' | 'handle'>;
  readonly model: string;
  readonly wish: GatewayWish;
  readonly before: GatewayRecord | undefined;
}

export async function credentialOf(
  { hub }: ControlDeps,
  by: Principal,
  { member: { principalId, familyId, handle }, model, wish: { credential }, before }: Asked,
): Promise<CredentialSource | ControlRefusal> {
  if (model === '') return refuse('invalid_input', noModel(handle));
  const [provider = ''] = model.split('/');
  switch (credential.kind) {
    case 'unneeded':
      return credential;
    case 'vault':
      return { kind: 'vault', reference: await hub.resolve(by, credential.reference) };
    case 'given':
      return { kind: 'vault', reference: await hub.keepModelKey(principalId, { provider, key: credential.key }) };
    case 'inherited': {
      if (before !== undefined) return before.credential;
      const reference = await hub.familyKey(familyId, provider);
      if (reference !== undefined) return { kind: 'vault', reference };
      return refuse('conflict', noKey({ handle, provider }));
    }
    default:
      throw new Error(`Unknown credential ${String(credential satisfies never)}`);
  }
}

const noModel = (handle: string): string => `No model is named for ${handle}; name one, as provider/model.`;

export const noKey = ({ handle, provider }: { readonly handle: string; readonly provider: string }): string =>
  `There is no key of ${provider} for ${handle}: name one with --key vault/item/field, send it with --key-stdin, or say --no-key; \`perdure family init --key-stdin --provider ${provider}\` keeps one for the whole family.`;
