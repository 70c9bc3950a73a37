/** The questions of a check: tiny, so that they cost next to nothing, with answers that can be told from a guess. */

import type { AssistantMessage, ToolOffer } from '../turn/message.ts';
import type { ModelTurnRequest } from '../turn/port.ts';

export type Question = Pick<ModelTurnRequest, 'instructions' | 'messages' | 'schema' | 'tools' | 'mustAnswer'>;

/** Its form is in the schema alone: who answers in it keeps to the schema. */
export const jsonQuestion: Question = {
  instructions: 'You answer questions about cities.',
  messages: [{ role: 'user', content: 'Which city is the capital of Norway? Say two short sentences about it too.' }],
  schema: {
    type: 'object',
    properties: {
      capital: { type: 'string', enum: ['Oslo', 'Bergen', 'Trondheim'] },
      about: { type: 'string' },
    },
    required: ['capital', 'about'],
    additionalProperties: false,
  },
  tools: [],
  mustAnswer: true,
};

export const thermometer: ToolOffer = {
  id: 'thermometer',
  description: 'The temperature in a city now, in degrees Celsius.',
  input: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
};

export const toolQuestion: Question = {
  instructions: 'You answer questions about the weather. Call a tool for what you cannot know.',
  messages: [{ role: 'user', content: 'How warm is it in Oslo now?' }],
  schema: {
    type: 'object',
    properties: { celsius: { type: 'integer' } },
    required: ['celsius'],
    additionalProperties: false,
  },
  tools: [thermometer],
  mustAnswer: false,
};

/** Warmer than anybody would guess. */
export const celsius = 47;

/** `asked`: the message in which the model called the tool. */
export function toolAnswerQuestion(asked: AssistantMessage): Question {
  const results = (asked.toolRequests ?? []).map(({ id, tool }) => ({
    role: 'tool' as const,
    toolRequest: id,
    tool,
    content: JSON.stringify({ city: 'Oslo', celsius }),
  }));
  return { ...toolQuestion, messages: [...toolQuestion.messages, asked, ...results] };
}
