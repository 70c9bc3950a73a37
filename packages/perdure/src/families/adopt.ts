/** `perdure family adopt --scan`: what somebody set up by hand on this host, and what is wrong with it. */

import { PerdureError } from '@perdure/contract';
import { findingsOf } from '@perdure/fleet';
import { scanGateways } from '@perdure/fleet/scan';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { scanText, type Scanned } from './scan-view.ts';

export interface AdoptOptions extends CommonOptions {
  readonly scan?: boolean;
}

export async function adopt(rim: Rim, handle: string | undefined, options: AdoptOptions): Promise<number> {
  if (options.scan !== true) {
    throw new PerdureError('usage', 'Nothing is adopted without a look at it first: `perdure family adopt --scan`.');
  }
  const all = await scanGateways({ accountHome: rim.homedir });
  const scanned: readonly Scanned[] = all.map((gateway) => ({
    ...gateway,
    findings: findingsOf(
      gateway,
      all.filter((other) => other !== gateway),
    ),
  }));
  const asked = scanned.filter((one) => handle === undefined || one.handle === handle);
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
