/** `ask-human`: a question instead of a function. The run parks until a person answers, for weeks if need be. */

import { z } from 'zod';
import type { QuestionTool } from '../tool.ts';

const input = z.object({
  question: z.string().max(4_000).regex(/\S/).describe('The question, with all that is needed to answer it.'),
  choices: z
    .array(z.string().min(1))
    .min(2)
    .max(20)
    .optional()
    .describe('The answers to choose from, if not any text will do.'),
});

export const askHuman: QuestionTool = {
  kind: 'question',
  id: 'ask-human',
  description:
    'Asks the person in charge of this run and returns the answer as text. Use it for a decision, a preference or a fact that only a person ' +
    'has, not for what you can find out yourself. Answers can take hours: put everything into one question. The person sees nothing but the question.',
  input,
  output: z.string(),
  toQuestion: (value) => {
    const { question, choices } = input.parse(value);
    return choices === undefined ? { question } : { question, choices };
  },
};
