/** `perdure models list`: which models the worker may ask, and what was learnt of them. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { modelsView } from './view.ts';

export async function listModels(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listModels();
  printData(rim, options, data, (columns) => modelsView(data, { homeFlag: homeFlagOf(rim, options), columns }));
  return 0;
}
