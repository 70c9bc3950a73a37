/**
 * The task by which a lead provisions a new member. Its notes are JSON in a text, as programs that provision read them;
 * what is secret in them goes the way of all notes.
 */

import { compact } from '@perdure/contract';
import type { CreateTask } from '../tasks/decide-task.ts';
import type { NewFamilyMember } from './decide-member.ts';
import type { FamilyRecord } from './records.ts';

/** What a member is given on its way, and the ids of its task. Both keys are secrets. */
export interface Provisioning {
  readonly ids: { readonly id: string; readonly vaultId: string; readonly itemId: string };
  readonly apiKey: string;
  readonly llmApiKey: string | undefined;
}

export interface ProvisionedMember {
  readonly principalId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly dmChannelId: string;
  readonly onboardingChannelId: string;
}

export function provisioningTask(
  { id: familyId, name: familyName, leadId, createdBy }: FamilyRecord,
  member: ProvisionedMember,
  { made, given }: { readonly made: NewFamilyMember; readonly given: Provisioning },
): CreateTask {
  const { metadata, gatewayPort, ocHomeDir = `~/.openclaw-${member.handle}`, now } = made;
  const { llmProvider, model, personalitySeed, inheritCredentials = given.llmApiKey === undefined } = metadata;
  const notes = {
    ...member,
    sesameApiKey: given.apiKey,
    llmProvider: llmProvider ?? null,
    llmApiKey: given.llmApiKey ?? null,
    inheritCredentials,
    ocHomeDir,
    familyId,
    familyName,
    provisionedBy: createdBy,
    ...compact({ model, gatewayPort, personalitySeed }),
  };
  return {
    ...given.ids,
    title: `Provision agent: ${member.displayName}`,
    assigneeId: leadId,
    notes: JSON.stringify(notes),
    status: 'todo',
    durableTaskId: undefined,
    clientKey: undefined,
    now,
  };
}
