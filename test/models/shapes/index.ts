/** All shapes. */

import type { Shape } from '../shape.ts';
import { anthropicCompatible } from './anthropic-compatible.ts';
import { compatibleEvents } from './anthropic-compatible-events.ts';
import { anthropic } from './anthropic.ts';
import { anthropicFailures } from './anthropic-failures.ts';
import { azure } from './azure.ts';
import { chatEdges } from './chat-edges.ts';
import { cohereAndXai } from './cohere-xai.ts';
import { deepseek } from './deepseek.ts';
import { gatewayBytes } from './gateway-bytes.ts';
import { gatewayChunks } from './gateway-chunks.ts';
import { gatewayCalls } from './gateway-calls.ts';
import { gatewayEndings } from './gateway-endings.ts';
import { gatewayErrors } from './gateway-errors.ts';
import { gemini } from './gemini.ts';
import { groq } from './groq.ts';
import { namedGateways } from './litellm-portkey-bedrock.ts';
import { llamaCpp } from './llama-cpp.ts';
import { lmStudio } from './lm-studio.ts';
import { mistral } from './mistral.ts';
import { messagesEdges, responsesEdges } from './messages-responses-edges.ts';
import { ollama } from './ollama.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiFailures } from './openai-chat-failures.ts';
import { openaiResponses } from './openai-responses.ts';
import { responsesFailures } from './openai-responses-failures.ts';
import { openrouter } from './openrouter.ts';
import { plainGarbage } from './plain-garbage.ts';
import { qwenAndKimi } from './qwen-kimi.ts';
import { sglang } from './sglang.ts';
import { tgi } from './tgi.ts';
import { wordsOfModels } from './words-of-models.ts';
import { vllm } from './vllm.ts';
import { vllmTemplates } from './vllm-templates.ts';

export const shapes: readonly Shape[] = [
  ollama,
  llamaCpp,
  vllm,
  vllmTemplates,
  lmStudio,
  groq,
  gemini,
  deepseek,
  mistral,
  openrouter,
  azure,
  openaiChat,
  openaiFailures,
  openaiResponses,
  responsesFailures,
  anthropic,
  anthropicFailures,
  anthropicCompatible,
  compatibleEvents,
  namedGateways,
  sglang,
  tgi,
  cohereAndXai,
  qwenAndKimi,
  gatewayBytes,
  gatewayEndings,
  gatewayChunks,
  gatewayCalls,
  gatewayErrors,
  plainGarbage,
  wordsOfModels,
  chatEdges,
  messagesEdges,
  responsesEdges,
].flat();
