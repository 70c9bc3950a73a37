/** The wire formats: OpenAI's chat completions, Anthropic's messages, OpenAI's responses. */
export const modelApis = ['chat', 'messages', 'responses'] as const;
export type ModelApi = (typeof modelApis)[number];
