/**
 * The undo of a tool call is lent what the call itself was: who takes an effect back at a service needs the same key.
 * For each try anew, for that try alone, by the grants of the tool. Where it cannot be had that try has failed: what is
 * called is the code of the author, not the tool, and a run that is cancelled must end.
 */

import { PerdureError, type ToolUndoAttempt, type UndoAttempt } from '@perdure/contract';
import { authorError } from '../record/author-error.ts';
import type { Undo } from '../session/run-record.ts';
import { undoKey } from '../session/undo-key.ts';
import type { Scope } from './scope.ts';
import { hidden, type ToolDeps, type ToolStepRequest } from './tool-record.ts';
import type { LentSecrets } from './tool-port.ts';
import { lendTo } from './tool-secrets.ts';

export function undoOfCall(
  scope: Scope,
  { key, tool: id, undo }: Pick<ToolStepRequest, 'key' | 'tool' | 'undo'>,
  deps: ToolDeps,
): Undo | undefined {
  if (undo === undefined) return undefined;
  const fullKey = scope.keyOf(key);
  return async (result, attempt) => {
    const tool = deps.tools(id);
    if (tool?.kind !== 'function') return await undo(result, withValues(attempt, undefined));
    const lending = await lendTo({ scope, tool, deps }, { stepKey: undoKey(fullKey), signal: attempt.signal });
    if (lending.kind === 'refused') throw lending.error;
    const { secrets } = lending;
    try {
      return await undo(result, withValues(attempt, secrets));
    } catch (error) {
      throw secrets === undefined ? error : withoutSecrets(error, secrets);
    } finally {
      secrets?.end();
    }
  };
}

function withValues(attempt: UndoAttempt, secrets: LentSecrets | undefined): ToolUndoAttempt {
  return { ...attempt, secrets: secrets?.values ?? {} };
}

/** What is recorded of an undo that threw. */
function withoutSecrets(thrown: unknown, secrets: LentSecrets): PerdureError {
  const { code, message, details = {} } = authorError(thrown, 'step_failed');
  return new PerdureError(code, hidden(secrets, message), { details: hidden(secrets, details) });
}
