/** The plan where there is one server and one model, as AI_BASE_URL, AI_API_KEY and MODEL_ID describe it. */

import { compact, PerdureError } from '@perdure/contract';
import type { ModelApi } from '../turn/message.ts';
import { defaultLimits, type ModelServer, type TurnLimits } from '../turn/server.ts';
import type { ModelTurnDeps } from './model-turn.ts';

export interface OneServer {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  readonly modelId: string;
  readonly api?: ModelApi;
  readonly limits?: Partial<TurnLimits>;
}

export function oneServer({ baseUrl, apiKey, modelId, api = 'chat', limits }: OneServer): ModelTurnDeps['planOf'] {
  const server: ModelServer = {
    name: 'default',
    api,
    baseUrl: checkedBaseUrl(baseUrl),
    headers: {},
    limits: { ...defaultLimits, ...limits },
    ...compact({ apiKey }),
  };
  return (model) => ({ target: { server, model: model ?? modelId }, fallback: [] });
}

/** Credentials in the address are refused: it appears in messages. */
function checkedBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isHttp = url !== undefined && /^https?:$/.test(url.protocol);
  if (isHttp && url.username === '' && url.password === '') return baseUrl;
  throw new PerdureError(
    'config_invalid',
    'AI_BASE_URL is not an http or https address without credentials; correct it, and put the key into AI_API_KEY.',
  );
}
