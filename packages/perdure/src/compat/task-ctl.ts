/** `task_ctl.py`, by its sub-commands. */

import type { Call, Handler } from './call.ts';

type Answer = Awaited<ReturnType<Handler>>;

export async function taskCtl(call: Call): Promise<Answer> {
  return await (
    await handlerOf(call.command)
  )(call);
}

/** What is called hundreds of times does not load what others need. */
async function handlerOf(command: string): Promise<Handler> {
  switch (command) {
    case 'progress':
      return (await import('./progress.ts')).reportAsOriginal;
    case 'create':
      return (await import('./write.ts')).createAsGiven;
    case 'update':
      return (await import('./write.ts')).updateAsGiven;
    case 'event':
      return (await import('./event.ts')).eventAsOriginal;
    case 'control':
      return (await import('./control.ts')).controlAsOriginal;
    case 'recent':
      return (await import('./recent.ts')).recentAsOriginal;
    case 'list':
      return (await import('./look.ts')).listAsOriginal;
    default:
      return (await import('./look.ts')).showAsOriginal;
  }
}
