/** The hub over HTTP. */

import type { Dependencies } from '../dependencies.ts';
import { channelHandlers } from './channels.ts';
import { messageHandlers } from './messages.ts';
import { principalHandlers } from './principals.ts';

export function hubHandlers({ hub }: Pick<Dependencies, 'hub'>) {
  return { ...principalHandlers(hub), ...channelHandlers(hub), ...messageHandlers(hub) };
}
