/** `perdure chat`: to talk to somebody of the hub. */

import { leaf, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, withSpeaker } from '../cli/options.ts';
import type { ChatOptions } from './chat.ts';

export function declareChat({ program, rim, run }: Declaration): void {
  const chat = leaf(program, 'chat <who>', {
    summary: 'Talk with somebody, by their handle, or in a channel, by its name; a pipe says its lines, and ends',
    example: 'perdure chat scout',
  }).option('--history <n>', 'show this many of before (default: 20, of a pipe 0)', wholeNumber('--history', 0, 100));
  chat.action(run(async (who: string, options: ChatOptions) => (await import('./chat.ts')).chat(rim, who, options)));
  withSpeaker(chat);
}
