/** OpenAI's responses, and servers that speak them. */

import { chat } from '../chat/index.ts';
import { endings } from '../endings.ts';
import type { WireFormat } from '../format.ts';
import { responsesBody } from './body.ts';
import { responsesReader } from './read.ts';

export const responses: WireFormat = {
  api: 'responses',
  path: '/responses',
  endings,
  headers: chat.headers,
  body: responsesBody,
  reader: responsesReader,
};
