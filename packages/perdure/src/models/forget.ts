/** `perdure models forget`: a model that was mended is asked for everything again. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';

export async function forgetModel(rim: Rim, model: string, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).forgetModel({ body: { model } });
  printData(rim, options, data, () =>
    data.forgotten === 0
      ? `Nothing was learnt of ${model}; \`perdure models list\` shows of which models something was.`
      : `Forgot what was learnt of ${model}: its next turn is asked for everything.`,
  );
  return 0;
}
