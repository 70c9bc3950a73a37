/** The list of models, as OpenAI's clients expect it, or Anthropic's. */

import type { IncomingHttpHeaders } from 'node:http';
import { demoModelId } from '@perdure/contract';

export function modelList(headers: IncomingHttpHeaders): object {
  if (headers['anthropic-version'] === undefined)
    return { object: 'list', data: [{ id: demoModelId, object: 'model', created: 0, owned_by: 'perdure' }] };
  const model = { type: 'model', id: demoModelId, display_name: 'Demo model', created_at: '1970-01-01T00:00:00Z' };
  return { data: [model], has_more: false, first_id: demoModelId, last_id: demoModelId };
}
