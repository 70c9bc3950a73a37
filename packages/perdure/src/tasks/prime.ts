/** `perdure task prime`: the working agreement as text for a prompt. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { agreement } from './agreement.ts';

export function prime(rim: Rim, options: CommonOptions): Promise<number> {
  printData(rim, options, { text: agreement }, () => agreement);
  return Promise.resolve(0);
}
