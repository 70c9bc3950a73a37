import { chat } from './chat/index.ts';
import type { WireFormat } from './format.ts';
import { messages } from './messages/index.ts';
import { responses } from './responses/index.ts';

export const wireFormats: readonly WireFormat[] = [chat, messages, responses];
export { chat };
