/** `Provision agent: …`: what its notes say, as programs that provision write them, becomes an order. */

import type { HubTask, Principal } from '@perdure/contract';
import { homeOfNotes, modelOfNotes, readNotes, type MemberNotes } from '@perdure/fleet';
import { showHubTask } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';
import type { GatewayAsked } from '../http/ports.ts';
import { familyOf } from './member-facts.ts';
import { block, whoMay, type Taken, type TaskOrderDeps } from './by-task.ts';

export async function provisionByTask(deps: TaskOrderDeps, task: HubTask): Promise<Taken> {
  const creator = await deps.hub.store.principals.get(task.createdBy);
  if (creator === undefined) return 'over';
  // What they sent is read in their name, for it is for this that they sent it.
  const { task: whole } = accepted(
    await showHubTask(deps.tasks, creator, { taskId: task.id, isWhole: await mayConcernUs(deps, task) }),
  );
  const read = readNotes(whole.context.notes);
  if (read.kind === 'refused') {
    // Whose family it is they do not say: it is taken of who could have given the order.
    if (await couldOrder(deps, creator)) await block(deps, task, read.problems);
    return 'over';
  }
  const { notes } = read;
  const family = await deps.hub.store.families.get(deps.owner, notes.familyId);
  if (family === undefined) return await blockOwners(deps, task, `There is no family ${notes.familyId}.`);
  const by = await whoMay(deps, task, notes);
  if (by === undefined || family.family.host?.name !== deps.fleet.hostName) return 'over';
  const problems = await problemsOf(deps, notes);
  if (problems.length > 0) {
    await block(deps, task, problems);
    return 'over';
  }
  return await order(deps, { task, by, notes });
}

/** Secrets are not taken out of a vault for a task that is none of ours. */
async function mayConcernUs({ hub, owner, fleet }: TaskOrderDeps, { createdBy }: HubTask): Promise<boolean> {
  if (createdBy === owner.id) return true;
  for (const { id, isLead } of await hub.store.families.of(createdBy)) {
    if (isLead && (await familyOf({ hub, owner }, id)).host?.name === fleet.hostName) return true;
  }
  return false;
}

const couldOrder = async (deps: TaskOrderDeps, { id }: Principal): Promise<boolean> =>
  await mayConcernUs(deps, { createdBy: id } as HubTask);

async function blockOwners(deps: TaskOrderDeps, task: HubTask, problem: string): Promise<Taken> {
  if (task.createdBy === deps.owner.id) await block(deps, task, [problem]);
  return 'over';
}

async function problemsOf({ hub }: TaskOrderDeps, notes: MemberNotes): Promise<readonly string[]> {
  const { familyId, principalId, handle } = notes;
  const member = await hub.store.families.member(familyId, principalId);
  if (member === undefined) return [`principalId: ${principalId} is not a member of the family ${familyId}`];
  const problems = [];
  if (member.principal.handle !== handle) problems.push(`handle: ${principalId} is called ${member.principal.handle}`);
  if (modelOfNotes(notes) === undefined) problems.push('model: none is named, and none is known of this provider');
  return problems;
}

interface Given {
  readonly task: HubTask;
  readonly by: Principal;
  readonly notes: MemberNotes;
}

async function order(deps: TaskOrderDeps, { task, by, notes }: Given): Promise<Taken> {
  const { store, fleet, words } = deps;
  const { principalId, handle } = notes;
  const before = await store.get(principalId);
  // It was tried, and the task says what became of it: people try again.
  if (before?.status === 'failed' && before.taskId === task.id) return 'over';
  if (before?.status === 'ready') {
    if (before.taskId === task.id) return 'over';
    const message = `${handle} is provisioned already; nothing was changed.`;
    await words.activity(task.id, { id: 'provisioned-already', type: 'progress', message });
    await words.closeTask(task.id);
    return 'over';
  }
  await fleet.order(by, principalId, { order: 'provision', taskId: task.id, ...askedOf(notes, fleet.accountHome) });
  return 'over';
}

function askedOf(notes: MemberNotes, accountHome: string): GatewayAsked {
  const { llmApiKey, gatewayPort, smoke } = notes;
  const home = homeOfNotes(notes, accountHome);
  return { model: modelOfNotes(notes), llmApiKey, port: gatewayPort, home, smoke };
}
