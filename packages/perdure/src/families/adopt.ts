/**
 * `perdure family adopt`: gateways that somebody set up by hand on this host. `--scan` says what is wrong with each,
 * and speaks with nobody; a name takes one in, and touches nothing of it.
 */

import { resolve } from 'node:path';
import { compact, PerdureError } from '@perdure/contract';
import { findingsOf, type FoundGateway } from '@perdure/fleet';
import { scanGateways } from '@perdure/fleet/scan';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { familyOrOnly } from './find-gateway.ts';
import { adoptedText, scanText, type Scanned } from './scan-view.ts';

export interface AdoptOptions extends CommonOptions {
  readonly scan?: boolean;
  readonly family?: string;
  readonly handle?: string;
}

export async function adopt(rim: Rim, named: string | undefined, options: AdoptOptions): Promise<number> {
  if (options.scan === true) return await scan(rim, named, options);
  if (named === undefined) {
    throw new PerdureError(
      'usage',
      'Name the gateway to take in; `perdure family adopt --scan` shows those there are.',
    );
  }
  const client = connectToHub(rim, options);
  const { id: familyId } = await familyOrOnly(client, options.family);
  const gateway = named.includes('/') ? resolve(rim.cwd, named) : named;
  const { data } = await client.adoptGateway({
    params: { familyId },
    body: { gateway, ...compact({ handle: options.handle }) },
  });
  printData(rim, options, data, () => adoptedText(data));
  return 0;
}

async function scan(rim: Rim, handle: string | undefined, options: AdoptOptions): Promise<number> {
  const all = await scanGateways({ accountHome: rim.homedir });
  const asked = all.filter((one) => handle === undefined || one.handle === handle).map((one) => scanned(one, all));
  if (handle !== undefined && asked.length === 0) {
    const known = all.map((one) => one.handle).join(', ');
    throw new PerdureError(
      'not_found',
      `There is no gateway ${handle} in ${rim.homedir}; ${known === '' ? 'there is none at all' : `there are ${known}`}.`,
    );
  }
  printData(rim, options, asked, () => scanText(asked, rim.homedir));
  return 0;
}

function scanned(gateway: FoundGateway, all: readonly FoundGateway[]): Scanned {
  const others = all.filter((other) => other !== gateway);
  return { ...gateway, findings: findingsOf(gateway, others) };
}
