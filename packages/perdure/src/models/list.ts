/** `perdure models list`: which models the worker may ask, and what was learnt of them. */

import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { modelsView } from './view.ts';

export async function listModels(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connect(rim, options);
  const { data } = await client.listModels();
  const isInVault = data.servers.some(({ secrets }) => secrets !== undefined);
  const wants = isInVault ? (await client.listVaultWants()).data : [];
  const missing = wants.filter(({ grantee }) => grantee.kind === 'model').flatMap(({ problem }) => problem ?? []);
  printData(rim, options, data, (columns) => modelsView(data, { homeFlag: homeFlagOf(rim, options), columns }));
  if (options.json !== true) for (const problem of missing) say(rim, `! ${printable(problem)}`);
  return 0;
}
