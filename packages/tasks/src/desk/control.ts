/** What somebody outside of the work asks for: at once, or at the next boundary. */

import { compact, type ControlIntent, type Task } from '@perdure/contract';
import type { TaskCommand } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import { keptWords } from '../core/steering.ts';
import type { CallerDeps, IdDeps, WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export interface ControlRequest {
  readonly taskId: string;
  readonly intent: ControlIntent;
  readonly message: string;
  readonly when: 'now' | 'boundary';
  /** Why it is not to take effect at once after all. */
  readonly unsafeReason?: string | undefined;
}

export type ControlOutcome =
  | {
      readonly kind: 'applied' | 'waits';
      readonly task: Task;
      /** By which it can be taken back; absent where nothing of it is kept, as of a pause at once. */
      readonly number: number | undefined;
    }
  | Refusal;

export async function controlTask(
  deps: WriteDeps & IdDeps & CallerDeps,
  writer: Writer,
  { taskId, intent, message, when, unsafeReason }: ControlRequest,
): Promise<ControlOutcome> {
  const command = {
    type: 'control',
    controlId: deps.newId(),
    intent,
    message,
    when,
    ...compact({ unsafeReason }),
  } as const satisfies TaskCommand;
  const outcome = await writeTask(deps, { ...writer, process: deps.process }, { taskId, command });
  if (outcome.kind === 'refused') return outcome;
  const waits = outcome.events.some(({ type }) => type === 'user_control_deferred');
  const { task } = outcome;
  const number = keptWords(task).find(({ id }) => id === command.controlId)?.number;
  return { kind: waits ? 'waits' : 'applied', task, number };
}
