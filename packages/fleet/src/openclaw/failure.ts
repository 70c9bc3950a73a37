/** What went wrong, as a command of OpenClaw says it: on stdout, as JSON. */

import { z } from 'zod';

const errorSchema = z.object({ error: z.object({ message: z.string(), kind: z.string().optional() }) });
/** Of a turn from which nothing came. */
const turnSchema = z.object({
  status: z.literal('error'),
  result: z.object({ payloads: z.array(z.object({ text: z.string().nullish() })) }),
});

export function failureIn(answer: unknown): string | undefined {
  const { data: told } = errorSchema.safeParse(answer);
  if (told !== undefined) return told.error.message;
  const texts = turnSchema.safeParse(answer).data?.result.payloads.flatMap(({ text }) => text ?? []) ?? [];
  return texts.length === 0 ? undefined : texts.join(' ');
}
