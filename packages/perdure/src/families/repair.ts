/** `perdure family repair` and `change`: a home that was damaged is put right; another model, key or port. */

import { compact, PerdureError } from '@perdure/contract';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { askedOf, ended, type GatewayOptions } from './add.ts';
import { findMember, gatewayOf } from './find-gateway.ts';
import type { MemberOptions } from './operate.ts';
import { repairText } from './repair-view.ts';

export interface RepairOptions extends MemberOptions {
  readonly fresh?: boolean;
  /** Nothing is changed. */
  readonly plan?: boolean;
  readonly wait?: boolean;
}

export async function repairMember(
  rim: Rim,
  handle: string,
  { fresh = false, plan: isPlan = false, ...options }: RepairOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { params } = await findMember(client, handle, options.family);
  const { home } = await gatewayOf(client, params);
  const { data: plan } = await client.getGatewayRepair({ params, query: fresh ? { fresh: 'true' } : {} });
  const isWhole = plan.differences.length === 0;
  if (isPlan || isWhole) {
    printData(rim, options, plan, () => `${repairText(home, plan)}\nNothing was changed.`);
    return isWhole && plan.problems.length > 0 ? 1 : 0;
  }
  say(rim, `${repairText(home, plan)}\nPlan ${plan.hash}`);
  await client.orderGateway({ params: { ...params, order: 'repair' }, body: { fresh, planHash: plan.hash } });
  return await ended(rim, { client, params }, options, 'repair');
}

export type ChangeOptions = GatewayOptions;

export async function changeMember(rim: Rim, handle: string, options: ChangeOptions): Promise<number> {
  const { model, key, keyStdin = false, port } = options;
  if (model === undefined && key === undefined && !keyStdin && port === undefined) {
    throw new PerdureError(
      'usage',
      'Say what is to be another: --model <provider/model>, --key <vault/item/field>, --key-stdin, --no-key or --port <n>.',
    );
  }
  const client = connectToHub(rim, options);
  const { params } = await findMember(client, handle, options.family);
  const before = await gatewayOf(client, params);
  const asked = await askedOf(rim, compact({ model, key, keyStdin, port }));
  const { data } = await client.orderGateway({ params: { ...params, order: 'change' }, body: asked });
  if (data.status === 'ready' && data.run?.id === before.run?.id) say(rim, `${data.handle} has that already.`);
  return await ended(rim, { client, params }, options, 'change');
}
