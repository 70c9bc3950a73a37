/** `perdure waits answer`: gives a person's answer, which is taken once; the run goes on with it. */

import type { Client } from '@perdure/sdk';
import { connect } from '../cli/connect.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { readAnswer, type GivenAnswer } from '../cli/wait-answer.ts';
import { findWait, type FoundWait } from '../cli/wait-id.ts';
import { oneLine } from '../render/format.ts';

export interface AnswerOptions extends CommonOptions, GivenAnswer {}

export async function answerWait(rim: Rim, given: string, options: AnswerOptions): Promise<number> {
  const client = connect(rim, options);
  return await giveAnswer(rim, client, { ...options, wait: await findWait(client, given) });
}

export interface GiveOptions extends AnswerOptions {
  readonly wait: FoundWait;
}

/** Reads what was typed, sends it, and says what comes of it. */
export async function giveAnswer(rim: Rim, client: Client, options: GiveOptions): Promise<number> {
  const answer = await readAnswer(rim, options.wait, options);
  const { data: wait } = await client.answerWait({ params: { id: options.wait.id }, body: { answer } });
  const { homeFlag } = findPlace(rim, options);
  printData(rim, options, wait, () =>
    [
      `Answered: ${oneLine(wait.question, 200)}`,
      `The run goes on; follow it with: perdure runs watch ${wait.runId}${homeFlag}`,
    ].join('\n'),
  );
  return 0;
}
