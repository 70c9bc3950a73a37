/** What went wrong, as a command of OpenClaw says it: on stdout, as JSON. */

import { z } from 'zod';

const errorSchema = z.object({ error: z.object({ message: z.string(), kind: z.string().optional() }) });

export const failureIn = (answer: unknown): string | undefined => errorSchema.safeParse(answer).data?.error.message;
