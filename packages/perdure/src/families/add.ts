/** `perdure family add` and `provision`: a new agent of OpenClaw on this host, from its plan to its first word. */

import { compact, PerdureError, type FamilyGateway, type GatewayOrder } from '@perdure/contract';
import { homeOfNotes, modelOfNotes, readNotes, type ChosenService } from '@perdure/fleet';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { familyOrOnly, findMember, type FoundMember } from './find-gateway.ts';
import { follow } from './follow.ts';
import { outcomeText } from './gateway-view.ts';
import { readKey } from './init.ts';
import { planHere } from './plan.ts';
import { planText } from './plan-view.ts';

export interface GatewayOptions extends CommonOptions {
  readonly family?: string;
  readonly model?: string;
  /** False: the model needs none. */
  readonly key?: string | false;
  readonly keyStdin?: boolean;
  readonly port?: number;
  readonly folder?: string;
  readonly service?: ChosenService;
  readonly planHash?: string;
  /** It has to take a turn. */
  readonly smoke?: boolean;
  readonly wait?: boolean;
}

export interface AddOptions extends GatewayOptions {
  readonly name?: string;
  readonly personality?: string;
}

export async function addMember(rim: Rim, handle: string, options: AddOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const family = await familyOrOnly(client, options.family);
  if (options.model === undefined) {
    throw new PerdureError('usage', 'No model is named; add `--model <provider/model>`, as anthropic/claude-opus-4-6.');
  }
  const asked = await askedOf(rim, options);
  const { data: gateways } = await client.listGateways({ params: { familyId: family.id } });
  // Of one that is known the order itself tells how it stands: its home and its ports are its own.
  const isKnown = gateways.some((each) => each.handle === handle);
  if (!isKnown && !(await showPlan(rim, handle, options))) return 1;
  const { data } = await client.addFamilyMember({
    params: { familyId: family.id },
    body: { handle, ...compact({ displayName: options.name, personalitySeed: options.personality }), ...asked },
  });
  if (data.gateway === undefined) {
    throw new PerdureError(
      'conflict',
      `${handle} is a member, and has no gateway: ${family.name} is no family of this host; \`perdure family init ${family.name}\` makes it one.`,
    );
  }
  return await ended(rim, { client, params: { familyId: family.id, principalId: data.principalId } }, options);
}

export interface ProvisionOptions extends GatewayOptions {
  /** A task of the hub, by its id. */
  readonly task?: string;
}

export async function provisionMember(
  rim: Rim,
  handle: string | undefined,
  options: ProvisionOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const byTask = options.task === undefined ? undefined : await readTask(rim, client, options.task);
  const named = handle ?? byTask?.principalId;
  if (named === undefined) {
    throw new PerdureError('usage', 'Name the member, or the task that says who it is with --task <id>.');
  }
  const { params, member } = await findMember(client, named, options.family);
  if (byTask !== undefined && byTask.principalId !== member.principalId) {
    throw new PerdureError('usage', `The task is of another agent than ${member.handle}.`);
  }
  const { principalId: _whose, ...fromTask } = byTask ?? {};
  const body = { ...fromTask, ...(await askedOf(rim, options)) };
  await client.orderGateway({ params: { ...params, order: 'provision' }, body });
  return await ended(rim, { client, params }, options);
}

async function readTask(rim: Rim, client: Client, taskId: string) {
  const { data: task } = await client.getHubTask({ params: { taskId }, query: {} });
  const outcome = readNotes(task.context.notes);
  if (outcome.kind === 'refused') {
    throw new PerdureError('usage', `The notes of this task cannot be used: ${outcome.problems.join('; ')}.`);
  }
  const { principalId, llmApiKey, gatewayPort } = outcome.notes;
  const ocHomeDir = homeOfNotes(outcome.notes, rim.homedir);
  return { principalId, taskId, ...compact({ model: modelOfNotes(outcome.notes), llmApiKey, gatewayPort, ocHomeDir }) };
}

export async function askedOf(
  rim: Rim,
  { model, key, keyStdin = false, port, folder, service, planHash, smoke }: GatewayOptions,
) {
  if (keyStdin && key !== undefined) throw new PerdureError('usage', 'Say one of --key, --key-stdin and --no-key.');
  const llmApiKey = keyStdin ? await readKey(rim) : undefined;
  const credential = key === false ? 'unneeded' : key;
  return compact({ model, gatewayPort: port, ocHomeDir: folder, service, planHash, smoke, credential, llmApiKey });
}

/** What will be made, before it is. False: something is in the way, and is told. */
async function showPlan(rim: Rim, handle: string, options: AddOptions): Promise<boolean> {
  const { keyStdin = false, key, ...rest } = options;
  const shared = keyStdin || key === undefined ? 'family' : key;
  const { outcome: plan } = await planHere(rim, handle, { ...rest, key: shared });
  if (plan.kind === 'blocked') {
    printData(rim, options, plan, () => planText(handle, plan));
    return false;
  }
  say(rim, planText(handle, plan).replace('Nothing was changed.', `Plan ${plan.hash}`));
  return true;
}

interface Ordered {
  readonly client: Client;
  readonly params: FoundMember['params'];
}

/** Follows what was ordered to its end, unless nobody waits. 0 where it became what was wanted. */
export async function ended(
  rim: Rim,
  { client, params }: Ordered,
  { wait = true, ...options }: CommonOptions & { readonly wait?: boolean },
  wanted: GatewayOrder = 'provision',
): Promise<number> {
  if (!wait) {
    const { data } = await client.getGateway({ params });
    printData(rim, options, data, () => outcomeText(data));
    return 0;
  }
  const { gateway, isLeft } = await follow(rim, { client, params }, wanted);
  printData(rim, options, gateway, () => outcomeText(gateway));
  if (isLeft) say(rim, `What was begun goes on; \`perdure family status ${gateway.handle}\` tells how it stands.`);
  return isLeft || isAsWanted(gateway, wanted) ? 0 : 1;
}

function isAsWanted({ status, problem, process }: FamilyGateway, wanted: GatewayOrder): boolean {
  if (wanted === 'deprovision') return status === 'removed';
  if (status !== 'ready' || problem !== undefined) return false;
  return wanted === 'stop' ? process.state !== 'running' : true;
}
