/**
 * What the notes of a provisioning task say: JSON in a text, written by other programs. What is not known is passed
 * over, what is not usable is told, all of it at once.
 */

import { handlePattern, handleRule } from '@perdure/contract';
import { z } from 'zod';
import { modelPattern } from './member.ts';

const line = z.string().trim().min(1).max(200);
const text = z.string().max(20_000);
/** Programs write null for what they do not know. */
const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

const notesSchema = z.object({
  principalId: line,
  handle: z.string().regex(handlePattern, handleRule),
  displayName: line,
  sesameApiKey: optional(line),
  llmProvider: optional(z.enum(['anthropic', 'openrouter', 'openai'])),
  llmApiKey: optional(line),
  inheritCredentials: optional(z.boolean()),
  model: optional(line.regex(modelPattern, 'a model is named as provider/model')),
  gatewayPort: optional(z.number()),
  ocHomeDir: optional(line),
  familyId: line,
  familyName: line,
  dmChannelId: optional(line),
  onboardingChannelId: optional(line),
  personalitySeed: optional(text),
  /** Ours: it is to take a turn with its model. */
  smoke: optional(z.boolean()),
});

/** Its keys are secrets: they are never shown. */
export type MemberNotes = z.infer<typeof notesSchema>;

export type NotesOutcome =
  | { readonly kind: 'notes'; readonly notes: MemberNotes }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Characters of notes that are read at all. */
const longest = 100_000;

export function readNotes(said: string): NotesOutcome {
  if (said.length > longest) return refused([`the notes have more than ${longest} characters`]);
  let value: unknown;
  try {
    value = JSON.parse(said);
  } catch {
    return refused(['the notes are no JSON']);
  }
  const parsed = notesSchema.safeParse(value);
  if (!parsed.success) return refused(parsed.error.issues.map(problemOf));
  const { llmApiKey, inheritCredentials = llmApiKey === undefined } = parsed.data;
  if (llmApiKey === undefined && !inheritCredentials) {
    return refused(['there is no llmApiKey, and inheritCredentials is false: the agent would have no model to ask']);
  }
  return { kind: 'notes', notes: { ...parsed.data, inheritCredentials } };
}

const refused = (problems: readonly string[]): NotesOutcome => ({ kind: 'refused', problems });

/** By its place and what is wanted there; what stands there may be a secret. */
function problemOf({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.') || 'the notes'}: ${message}`;
}
