/** `perdure waits answer`: gives a person's answer, which is taken once; the run goes on with it. */

import { isPerdureError, PerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { answerForm } from './answer-form.ts';
import { findWait, type WaitFacts } from './find.ts';
import { questionLine } from './view.ts';
import { readAnswer, type AnswerInput } from './read-answer.ts';

export interface AnswerOptions extends CommonOptions, AnswerInput {}

export async function answerWait(rim: Rim, given: string, options: AnswerOptions): Promise<number> {
  const client = connect(rim, options);
  return await giveAnswer(rim, client, { ...options, wait: await findWait(client, given) });
}

export interface GiveOptions extends AnswerOptions {
  readonly wait: WaitFacts;
  /** The run to follow; default: the one that asked. */
  readonly follow?: string;
}

/** Reads what was typed, sends it, and says what comes of it. */
export async function giveAnswer(rim: Rim, client: Client, options: GiveOptions): Promise<number> {
  const answer = await readAnswer(rim, options.wait, options);
  const { data: wait } = await client
    .answerWait({ params: { id: options.wait.id }, body: { answer } })
    .catch((error: unknown) => {
      throw withForm(error, options.wait);
    });
  const homeFlag = homeFlagOf(rim, options);
  const runId = options.follow ?? wait.runId;
  const { data: run } = await client.getRun({ params: { id: runId } });
  const rests = 'status' in run && run.status === 'paused';
  printData(rim, options, wait, () =>
    [
      `Answered: ${questionLine(wait.question)}`,
      rests
        ? `The run is paused, and takes the answer up once it is resumed: perdure runs resume ${runId}${homeFlag}`
        : `The run goes on; follow it with: perdure runs watch ${runId}${homeFlag}`,
    ].join('\n'),
  );
  return 0;
}

/** The server names the field that is wrong; which ones there are, the question knows. */
function withForm(error: unknown, wait: WaitFacts): unknown {
  const { args, expected, result } = answerForm(wait);
  const wanted = result === undefined ? expected : `a result like ${result}`;
  if (!isPerdureError(error, 'invalid_input') || (result === undefined && !args.includes('<json>'))) return error;
  return new PerdureError(error.code, `${error.message} Expected is ${wanted}.`, {
    details: error.details,
    cause: error,
  });
}
