/** `perdure key`: the one place that prints a key that is kept, because it was asked to. */

import type { SpeakerOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { keyOfSpeaker } from '../client/connect.ts';

export interface KeyOptions extends SpeakerOptions {
  /** The whole line, to be piped into what sends it. */
  readonly header?: boolean;
}

export async function key(rim: Rim, options: KeyOptions): Promise<number> {
  const shown = keyOfSpeaker(rim, options);
  const header = `Authorization: Bearer ${shown}`;
  if (options.header === true) printData(rim, options, { header }, () => header);
  else printData(rim, options, { key: shown }, () => shown);
  return 0;
}
