import type { ModelApi } from '../turn/message.ts';
import { chat } from './chat/index.ts';
import type { WireFormat } from './format.ts';
import { messages } from './messages/index.ts';
import { responses } from './responses/index.ts';

export const wireFormats: Readonly<Record<ModelApi, WireFormat>> = { chat, messages, responses };
export { wellFormedJson, type BodyOptions, type WireFormat } from './format.ts';
export { faultOf } from './fault.ts';
