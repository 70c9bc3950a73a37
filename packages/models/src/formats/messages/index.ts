/** Anthropic's messages, and gateways that speak them. */

import { compact } from '@perdure/contract';
import { endings } from '../endings.ts';
import type { WireFormat } from '../format.ts';
import { messagesBody } from './body.ts';
import { messagesReader } from './read.ts';

/** The only one there is (https://docs.anthropic.com/en/api/versioning). */
const version = '2023-06-01';

export const messages: WireFormat = {
  api: 'messages',
  path: '/messages',
  endings,
  headers: ({ apiKey }) => ({ 'anthropic-version': version, ...compact({ 'x-api-key': apiKey }) }),
  body: messagesBody,
  reader: messagesReader,
};
