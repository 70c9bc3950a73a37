/** `perdure family status`, `start`, `stop`, `restart`, `logs`, `backup` and `deprovision`. */

import { PerdureError, type FamilyGateway, type GatewayOrder } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { ended } from './add.ts';
import { findFamily } from './find.ts';
import { findMember, gatewayOf } from './find-gateway.ts';
import { gatewayList, gatewayView } from './gateway-view.ts';

export interface MemberOptions extends CommonOptions {
  readonly family?: string;
}

export async function showStatus(rim: Rim, handle: string | undefined, options: MemberOptions): Promise<number> {
  const client = connectToHub(rim, options);
  if (handle !== undefined) {
    const { params } = await findMember(client, handle, options.family);
    const gateway = await gatewayOf(client, params);
    printData(rim, options, gateway, () => gatewayView(gateway));
    return 0;
  }
  const families =
    options.family === undefined
      ? await allPages((query) => client.listFamilies({ query }))
      : [await findFamily(client, options.family)];
  const all: FamilyGateway[] = [];
  for (const { id: familyId } of families) all.push(...(await client.listGateways({ params: { familyId } })).data);
  printData(rim, options, all, (columns) => gatewayList(all, columns));
  return 0;
}

export interface OperateOptions extends MemberOptions {
  readonly now?: boolean;
  readonly wait?: boolean;
}

export async function operateGateway(
  rim: Rim,
  { handle, order }: { readonly handle: string; readonly order: Extract<GatewayOrder, 'start' | 'stop' | 'restart'> },
  { now = false, ...options }: OperateOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { params } = await findMember(client, handle, options.family);
  await client.orderGateway({ params: { ...params, order }, body: { now } });
  return await ended(rim, { client, params }, options, order);
}

export interface DeprovisionOptions extends OperateOptions {
  readonly yes?: boolean;
}

export async function deprovisionMember(rim: Rim, handle: string, options: DeprovisionOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { params, member } = await findMember(client, handle, options.family);
  const gateway = await gatewayOf(client, params);
  if (options.yes !== true && gateway.status !== 'removed') {
    throw new PerdureError(
      'usage',
      `This stops ${member.handle}, puts ${printable(gateway.home)} into an archive and takes its keys back; say --yes.`,
    );
  }
  await client.orderGateway({ params: { ...params, order: 'deprovision' }, body: {} });
  return await ended(rim, { client, params }, options, 'deprovision');
}

export interface LogsOptions extends MemberOptions {
  readonly lines?: number;
}

export async function showLogs(rim: Rim, handle: string, { lines = 100, ...options }: LogsOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { params } = await findMember(client, handle, options.family);
  const { data } = await client.getGatewayLogs({ params, query: { lines } });
  printData(rim, options, data, () => data.lines.map(printable).join('\n'));
  return 0;
}

export async function backupMember(rim: Rim, handle: string, options: MemberOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { params, member } = await findMember(client, handle, options.family);
  const { data } = await client.orderGateway({ params: { ...params, order: 'backup' }, body: {} });
  printData(
    rim,
    options,
    data,
    () => `A copy of ${member.handle} is in ${printable(data.backup ?? '-')}; it holds keys.`,
  );
  return 0;
}
