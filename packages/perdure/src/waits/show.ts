/** `perdure waits show`: one question, open or answered, with nothing cut. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { paintFor } from '../text/paint.ts';
import { readWait } from './find.ts';
import { waitPage } from './view.ts';

export async function showWait(rim: Rim, given: string, options: CommonOptions): Promise<number> {
  const wait = await readWait(connect(rim, options), given);
  const homeFlag = homeFlagOf(rim, options);
  printData(rim, options, wait, (columns) =>
    waitPage(wait, { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag, columns }),
  );
  return 0;
}
