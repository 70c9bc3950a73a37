/** What a tool has returned, held against what it promises. */

import type { Json, ToolResult } from '@perdure/contract';
import { z } from 'zod';
import { jsonText } from '../record/json-text.ts';
import type { StartedStep } from '../record/record.ts';
import { reportDefect, type Outcome, type Unknown } from './tool-code.ts';
import { failure, hidden, type AcceptedCall, type ToolFailure } from './tool-record.ts';

/** Characters of a failure: it is read by a model, and kept with the step. */
const longestMessage = 10_000;

const resultSchema = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), errorMessage: z.string() }),
]);

/** What a call that may be made again has given: a result of no use is a failure like any other. */
export function asKnown(outcome: Checked): Outcome {
  return outcome.kind === 'known' ? outcome : { kind: 'known', result: outcome.failure };
}

/**
 * `unknown`: it came back with nothing of use. It may well have had its effect by then, and who called it again would
 * have it twice.
 */
type Checked =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> }
  | (Unknown & { readonly failure: ToolFailure });

/** The result as the tool promises it; anything else says what is wrong with it. */
export async function checked(call: AcceptedCall, step: StartedStep<'tool'>, result: unknown): Promise<Checked> {
  const hide = <T>(value: T): T => hidden(call.secrets, value);
  const unusable = async (why: string, message: string): Promise<Checked> => {
    await reportDefect(call, step, why);
    return { kind: 'unknown', why: hide(why), hasEnded: true, failure: failure(hide(message)) };
  };
  const shaped = resultSchema.safeParse(result);
  if (!shaped.success) {
    return await unusable(
      'it returned neither { success: true, data } nor { success: false, errorMessage }',
      `The tool "${call.tool.id}" was called and returned no result; this is a mistake in the tool.`,
    );
  }
  if (!shaped.data.success) {
    return { kind: 'known', result: failure(hide(shaped.data.errorMessage).slice(0, longestMessage)) };
  }
  const endless = await call.deps.trial?.(call.tool.output, shaped.data.data);
  if (endless !== undefined) {
    return await unusable(
      `its data cannot be held against its output schema: ${endless}`,
      `The tool "${call.tool.id}" was called, and its result is not accepted: ${endless}.`,
    );
  }
  const data = call.tool.output.safeParse(shaped.data.data);
  const json = data.success ? jsonText(data.data ?? null) : undefined;
  if (json?.kind === 'json') {
    // As it is written, so that no `toJSON` tells what was not looked at.
    const kept = call.secrets === undefined ? data.data : hide(JSON.parse(json.text) as Json);
    return { kind: 'known', result: { success: true, data: kept } };
  }
  const why =
    json === undefined
      ? `its data does not match its output schema: ${z.prettifyError(data.error as z.ZodError)}`
      : `its data is not JSON: ${json.why}`;
  return await unusable(
    why,
    `The tool "${call.tool.id}" was called and returned something unexpected; this is a mistake in the tool.`,
  );
}
