/**
 * `perdure waits list`: one page of questions, with the commands that answer them; its end says how to get the next
 * one.
 */

import { compact } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printPage } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { paintFor } from '../text/paint.ts';
import { waitList } from './view.ts';

export interface ListOptions extends CommonOptions {
  readonly run?: string;
  readonly answered?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export async function listWaits(rim: Rim, options: ListOptions): Promise<number> {
  const { run, answered = false, limit, cursor } = options;
  const client = connect(rim, options);
  const page = await client.listWaits({
    query: {
      limit,
      answered: answered ? 'true' : 'false',
      ...compact({ run: run === undefined ? undefined : await resolveRunId(client, run), cursor }),
    },
  });
  const view = { paint: paintFor(rim.env, rim.stdout), now: rim.now(), homeFlag: homeFlagOf(rim, options) };
  printPage(rim, options, page, (columns) => waitList(page.data, { ...view, columns }));
  return 0;
}
