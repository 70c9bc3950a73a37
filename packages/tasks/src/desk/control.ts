/** What somebody outside of the work asks for: at once, or at the next boundary. */

import { compact, type ControlIntent, type Task } from '@perdure/contract';
import type { TaskCommand } from '../core/commands.ts';
import type { Refusal } from '../core/ports.ts';
import type { IdDeps, WriteDeps, Writer } from './deps.ts';
import { writeTask } from './write.ts';

export interface ControlRequest {
  readonly taskId: string;
  readonly intent: ControlIntent;
  readonly message: string;
  readonly when: 'now' | 'boundary';
  /** Why it is not to take effect at once after all. */
  readonly unsafeReason?: string | undefined;
}

export type ControlOutcome = { readonly kind: 'applied' | 'waits'; readonly task: Task } | Refusal;

export async function controlTask(
  deps: WriteDeps & IdDeps,
  writer: Writer,
  { taskId, intent, message, when, unsafeReason }: ControlRequest,
): Promise<ControlOutcome> {
  const command: TaskCommand = {
    type: 'control',
    controlId: deps.newId(),
    intent,
    message,
    when,
    ...compact({ unsafeReason }),
  };
  const outcome = await writeTask(deps, writer, { taskId, command });
  if (outcome.kind === 'refused') return outcome;
  const waits = outcome.events.some(({ type }) => type === 'user_control_deferred');
  return { kind: waits ? 'waits' : 'applied', task: outcome.task };
}
