/** `perdure family upgrade`: what would be done, then that, member by member. The server does it. */

import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { compact, PerdureError, type Family, type FamilyUpgrade } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { interruptOf } from '../cli/interrupt.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { familyOrOnly, findMember } from './find-gateway.ts';
import { upgradeLines, upgradePlanText, upgradeText } from './upgrade-view.ts';

export interface UpgradeOptions extends CommonOptions {
  readonly family?: string;
  readonly canary?: string;
  readonly openclaw?: string;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

export async function upgrade(rim: Rim, handles: readonly string[], options: UpgradeOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const family = await familyFor(client, handles, options);
  const params = { familyId: family.id };
  const members = handles.length === 0 ? undefined : handles.map(bare);
  const canary = options.canary === undefined ? undefined : bare(options.canary);
  const openclaw = options.openclaw === undefined ? undefined : fileAt(rim, options.openclaw);
  const body = compact({ members, canary, openclaw });
  const { data: plan } = await client.planUpgrade({ params, body });
  if (plan.members.length === 0) {
    printData(rim, options, plan, () => upgradePlanText(family.name, plan));
    return 0;
  }
  say(rim, upgradePlanText(family.name, plan));
  if (options.yes !== true) {
    const names = plan.members.length === 1 ? 'it stops' : 'each of them stops';
    throw new PerdureError('usage', `Nothing was changed. As planned, ${names} for a moment; say --yes.`);
  }
  const { data: ordered } = await client.orderUpgrade({ params, body: { ...body, planHash: plan.hash } });
  const { runId = '' } = ordered;
  if (options.wait === false) {
    printData(rim, options, ordered, () => `Run ${runId} does it; \`perdure runs show ${runId}\` tells how it stands.`);
    return 0;
  }
  const { upgrade: seen, isLeft } = await follow(rim, client, { ...params, runId });
  printData(rim, options, seen, () => upgradeText(family.name, seen));
  if (isLeft) say(rim, `What was begun goes on; \`perdure runs show ${runId}\` tells how it stands.`);
  return isLeft || seen.status === 'completed' ? 0 : 1;
}

const bare = (handle: string): string => handle.replace(/^@/, '');

async function familyFor(client: Client, [first]: readonly string[], { family }: UpgradeOptions): Promise<Family> {
  if (family !== undefined || first === undefined) return await familyOrOnly(client, family);
  return (await findMember(client, first, undefined)).family;
}

/** As this machine sees it: the server is told where it lies, and looks whether it can be run. */
function fileAt({ cwd }: Rim, given: string): string {
  const path = resolve(cwd, given);
  try {
    return realpathSync(path);
  } catch {
    throw new PerdureError('usage', `There is no file ${printable(path)}; name the openclaw of an installation.`);
  }
}

const everyMs = 500;

async function follow(
  rim: Rim,
  client: Client,
  params: { readonly familyId: string; readonly runId: string },
): Promise<{ readonly upgrade: FamilyUpgrade; readonly isLeft: boolean }> {
  using interrupt = interruptOf(rim);
  const told = new Set<string>();
  for (;;) {
    const { data } = await client.getUpgrade({ params });
    for (const line of upgradeLines(data)) {
      if (told.has(line)) continue;
      told.add(line);
      say(rim, `  ${line}`);
    }
    if (data.isOver) return { upgrade: data, isLeft: false };
    if (interrupt.signal.aborted) return { upgrade: data, isLeft: true };
    await pause(everyMs, interrupt.signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), done()), { once: true });
  });
}
