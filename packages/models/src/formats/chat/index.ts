/** OpenAI's chat completions, and all that call themselves compatible with it. */

import { compact } from '@perdure/contract';
import { endings } from '../endings.ts';
import type { WireFormat } from '../format.ts';
import { chatBody } from './body.ts';
import { chatReader } from './read.ts';

export const chat: WireFormat = {
  api: 'chat',
  path: '/chat/completions',
  endings,
  headers: ({ apiKey }) => compact({ authorization: apiKey === undefined ? undefined : `Bearer ${apiKey}` }),
  body: chatBody,
  reader: chatReader,
};
