/** What tools are lent, as runs ask for it. */

import type { Lend } from '@perdure/runs';
import type { AskSecrets } from './lender.ts';

export function lendToTools(ask: AskSecrets): Lend {
  return async ({ tool, fingerprint, wanted, runId, stepKey, signal }) => {
    const reason = `run ${runId}, step ${stepKey}, tool ${tool}`.slice(0, longestReason);
    return await ask({ grantee: { kind: 'tool', name: tool }, fingerprint, reason, wanted: [...wanted] }, signal);
  };
}

const longestReason = 500;
