/**
 * What a tool is given out of the vaults: before its call is begun, for that call alone. Where it cannot be had nothing
 * has happened yet, so the run stops as it is, until somebody has mended that; no code of the pipeline sees why.
 */

import { PerdureError } from '@perdure/contract';
import { abandoned } from '../session/in-flight.ts';
import type { AcceptedCall } from './tool-record.ts';
import type { LentSecrets } from './tool-port.ts';

type Lending =
  | { readonly kind: 'lent'; readonly secrets: LentSecrets | undefined }
  | { readonly kind: 'refused'; readonly error: PerdureError };

/** For which step, by its full key, and until when somebody waits for it. */
interface LendFor {
  readonly stepKey: string;
  readonly signal: AbortSignal;
}

/** `secrets` undefined: it wants none. */
export async function lendTo(
  { scope, tool, deps }: Pick<AcceptedCall, 'scope' | 'tool' | 'deps'>,
  { stepKey, signal }: LendFor,
): Promise<Lending> {
  const { wants = [], fingerprint = '' } = tool;
  if (wants.length === 0) return { kind: 'lent', secrets: undefined };
  if (deps.lend === undefined) {
    const message = `The tool "${tool.id}" wants secrets, and nobody lends any here: start it with \`perdure up\`.`;
    return { kind: 'refused', error: new PerdureError('config_invalid', message) };
  }
  return await deps.lend({ tool: tool.id, fingerprint, wanted: wants, runId: scope.runId, stepKey, signal });
}

/** Within a call in flight: works with what the tool wants, and gives it back. */
export async function withSecrets<T>(
  call: AcceptedCall,
  stepKey: string,
  work: (call: AcceptedCall) => Promise<T>,
): Promise<T> {
  const { gate } = call.scope.session;
  const lending = await lendTo(call, { stepKey, signal: gate.signal });
  if (lending.kind === 'refused') {
    const { code, message, details } = lending.error;
    const sentence = `${message} Then resume the run.`;
    const error = new PerdureError(code, sentence, { details: { ...details, stepKey, tool: call.tool.id } });
    // A run that was stopped meanwhile, or is another driver's, finds out in its next drive.
    if (gate.isOpen) gate.stopForAttention(error);
    throw abandoned;
  }
  const { secrets } = lending;
  if (secrets === undefined) return await work(call);
  try {
    // While they were asked for, an order may have come.
    if (!gate.isOpen) throw abandoned;
    return await work({ ...call, secrets });
  } finally {
    secrets.end();
  }
}
