/** Taking somebody into a channel, and out of it. */

import type { Member, Principal } from '@perdure/contract';
import type { MemberOutcome } from '../core/ports.ts';
import type { Refusal } from '../core/refusal.ts';
import { memberView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

export interface MemberRequest {
  readonly channelId: string;
  readonly principalId: string;
}

export type MemberAnswer = { readonly kind: 'member'; readonly member: Member } | Refusal;

export async function addMember(
  { store, clock }: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  request: MemberRequest,
): Promise<MemberAnswer> {
  return answerOf(await store.channels.addMember(by, { ...request, now: clock() }));
}

export async function removeMember(
  { store, clock }: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  request: MemberRequest,
): Promise<MemberAnswer> {
  return answerOf(await store.channels.removeMember(by, { ...request, now: clock() }));
}

function answerOf(outcome: MemberOutcome): MemberAnswer {
  return outcome.kind === 'refused' ? outcome : { kind: 'member', member: memberView(outcome.member) };
}
