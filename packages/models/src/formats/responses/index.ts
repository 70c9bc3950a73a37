/** OpenAI's responses, and servers that speak them. */

import { chat } from '../chat/index.ts';
import type { WireFormat } from '../format.ts';
import { responsesBody } from './body.ts';
import { responsesEndings, responsesReader } from './read.ts';

export const responses: WireFormat = {
  api: 'responses',
  path: '/responses',
  endings: responsesEndings,
  headers: chat.headers,
  body: responsesBody,
  reader: responsesReader,
};
