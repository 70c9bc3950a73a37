/** What went wrong, as a command of OpenClaw says it: on stdout, as JSON. */

import { shortened } from '@perdure/contract';
import { z } from 'zod';

const errorSchema = z.object({ error: z.object({ message: z.string(), kind: z.string().optional() }) });
/** Of a turn from which nothing came. */
const turnSchema = z.object({
  status: z.literal('error'),
  result: z.object({ payloads: z.array(z.object({ text: z.string().nullish() })) }),
});

/** Of words that become part of a sentence of ours. */
export const longestWords = 400;

export function failureIn(answer: unknown): string | undefined {
  const { data: told } = errorSchema.safeParse(answer);
  if (told !== undefined) return shortened(told.error.message, longestWords);
  const texts = turnSchema.safeParse(answer).data?.result.payloads.flatMap(({ text }) => text ?? []) ?? [];
  return texts.length === 0 ? undefined : shortened(texts.join(' '), longestWords);
}
