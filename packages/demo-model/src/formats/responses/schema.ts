/**
 * The shape of an OpenAI Responses request (https://platform.openai.com/docs/api-reference/responses/create). Fields
 * that are not named are refused, as by the API.
 */

import { z } from 'zod';

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
/** Pictures and files: taken, and not looked at. */
const inputMedia = z.looseObject({ type: z.enum(['input_image', 'input_file']) });
const said = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('output_text'),
    text: z.string(),
    annotations: z.array(z.unknown()).optional(),
    logprobs: z.array(z.unknown()).nullish(),
  }),
  z.strictObject({ type: z.literal('refusal'), refusal: z.string() }),
]);

const itemState = { id: z.string().nullish(), status: z.enum(['in_progress', 'completed', 'incomplete']).nullish() };

/** The type of a message may be left out. */
const messageType = z.literal('message').optional();
const givenMessage = z.strictObject({
  type: messageType,
  role: z.enum(['user', 'system', 'developer']),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [inputText, inputMedia]))]),
  ...itemState,
});
const saidMessage = z.strictObject({
  type: messageType,
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(said)]),
  phase: z.string().nullish(),
  ...itemState,
});

const callItem = z.strictObject({
  type: z.literal('function_call'),
  call_id: z.string().min(1).max(64),
  name: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  arguments: z.string(),
  ...itemState,
});

const outputItem = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: z.string().min(1).max(64),
  output: z.union([z.string(), z.array(z.discriminatedUnion('type', [inputText, inputMedia]))]),
  ...itemState,
});

const reasoningItem = z.strictObject({
  type: z.literal('reasoning'),
  summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
  content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: z.string() })).nullish(),
  encrypted_content: z.string().nullish(),
  ...itemState,
  id: z.string(),
});

const inputItem = z.union([
  z.discriminatedUnion('role', [givenMessage, saidMessage]),
  z.discriminatedUnion('type', [callItem, outputItem, reasoningItem]),
]);
export type InputItem = z.infer<typeof inputItem>;

const schemaFormat = z.strictObject({
  type: z.literal('json_schema'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().nullish(),
  schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().nullish(),
});

const toolSchema = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

export const responsesSchema = z.strictObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(inputItem).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({}).nullish(),
  store: z.boolean().nullish(),
  include: z.array(z.string()).nullish(),
  tools: z.array(toolSchema).nullish(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: z.string() })])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_tool_calls: z.int().nullish(),
  text: z
    .strictObject({
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('text') }),
          z.strictObject({ type: z.literal('json_object') }),
          schemaFormat,
        ])
        .optional(),
      verbosity: z.enum(['low', 'medium', 'high']).nullish(),
    })
    .nullish(),
  reasoning: z.looseObject({}).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  max_output_tokens: z.int().min(16).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.unknown().optional(),
  context_management: z.unknown().optional(),
  background: z.literal(false).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  prompt: z.unknown().optional(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  service_tier: z.string().nullish(),
  user: z.string().nullish(),
});
export type ResponsesRequest = z.infer<typeof responsesSchema>;
