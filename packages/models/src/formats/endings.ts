/**
 * Why a model stopped, in the words of all formats together: gateways that speak one put in the words of another. In
 * small letters, since Gemini shouts. Those that are not named say that the model was done.
 */

import type { Endings } from '../wire/draft.ts';

export const endings: Endings = {
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  content_filter: 'content-filter',
  safety: 'content-filter',
  recitation: 'content-filter',
  prohibited_content: 'content-filter',
  blocklist: 'content-filter',
  sensitive: 'content-filter',
  refusal: 'refused',
};
