/** `perdure family mend`: what is wrong with a gateway that was set up by hand, and the order to put it right. */

import { PerdureError } from '@perdure/contract';
import type { ChosenService } from '@perdure/fleet';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { ended } from './add.ts';
import { findMember } from './find-gateway.ts';
import { mendPlanText } from './mend-view.ts';
import type { MemberOptions } from './operate.ts';

export interface MendOptions extends MemberOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly service?: ChosenService;
  readonly planHash?: string;
  readonly wait?: boolean;
}

export async function mendMember(
  rim: Rim,
  { handle, findings }: { readonly handle: string; readonly findings: readonly string[] },
  { all = false, yes = false, service, planHash, ...options }: MendOptions,
): Promise<number> {
  if (all && findings.length > 0) throw new PerdureError('usage', 'Name findings, or say --all; not both.');
  const client = connectToHub(rim, options);
  const { params, member } = await findMember(client, handle, options.family);
  const { data: plan } = await client.getGatewayFindings({ params });
  if (!all && findings.length === 0) {
    printData(rim, options, plan, () => mendPlanText(member.handle, plan));
    return 0;
  }
  const asked = all ? plan.findings : plan.findings.filter(({ code }) => isAsked(findings, plan, code));
  say(rim, mendPlanText(member.handle, { ...plan, findings: asked }, { isAsked: true }));
  if (!yes) throw new PerdureError('usage', `Nothing was done. Say --yes, and this is done to ${member.handle}.`);
  const body = {
    planHash: planHash ?? plan.planHash,
    ...(!all && { findings: [...findings] }),
    ...(service !== undefined && { service }),
  };
  await client.orderGateway({ params: { ...params, order: 'mend' }, body });
  return await ended(rim, { client, params }, options, 'mend');
}

interface Planned {
  readonly findings: readonly { readonly code: string; readonly needs: readonly string[] }[];
}

/** What is named, and what is mended with it. */
function isAsked(named: readonly string[], plan: Planned, code: string): boolean {
  return named.includes(code) || plan.findings.some((each) => named.includes(each.code) && each.needs.includes(code));
}
