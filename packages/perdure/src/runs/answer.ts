/**
 * `perdure runs answer`: answers the question of a run that asks one, itself or below; of several a person has to name
 * one.
 */

import { PerdureError, type Wait } from '@perdure/contract';
import { say } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/run-id.ts';
import { paintFor } from '../text/paint.ts';
import { giveAnswer, type AnswerOptions } from '../waits/answer.ts';
import { openWaits } from '../waits/find.ts';
import { openWaitDetails } from '../waits/view-open.ts';
import { waitList } from '../waits/view.ts';

export async function answerRun(rim: Rim, given: string, options: AnswerOptions): Promise<number> {
  const client = connect(rim, options);
  const id = await resolveRunId(client, given);
  const waits = await openWaits(client, id);
  const [wait, ...others] = waits;
  const homeFlag = homeFlagOf(rim, options);
  if (wait === undefined) {
    throw new PerdureError(
      'conflict',
      `Run ${id} asks nothing now; \`perdure runs show ${id}${homeFlag}\` tells how it stands.`,
    );
  }
  if (others.length > 0) {
    const view = { paint: paintFor(rim.env, rim.stderr), now: rim.now(), homeFlag };
    if (options.json !== true) say(rim, `${waitList(waits, view)}\n`);
    throw severalAsked(id, waits, homeFlag);
  }
  return await giveAnswer(rim, client, { ...options, wait, follow: id });
}

function severalAsked(id: string, waits: readonly Wait[], homeFlag: string): PerdureError {
  return new PerdureError(
    'conflict',
    `Run ${id} asks ${waits.length} questions: answer each by its own id with \`perdure waits answer <id>${homeFlag}\`.`,
    { details: { waits: openWaitDetails(waits, homeFlag) } },
  );
}
