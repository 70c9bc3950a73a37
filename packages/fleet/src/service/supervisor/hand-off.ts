/**
 * Whether a gateway that ended cleanly left word that it is to be started anew, as it does for an update of itself.
 * Asking takes that word away, so that it counts once.
 */

import { userInfo } from 'node:os';
import type { ServiceSpec } from '../../core/ports.ts';
import { runCommand } from '../../openclaw/command.ts';
import { supervisedEnvironment } from '../../openclaw/run.ts';

/** A cold start of its command line on a busy machine. */
const withinMs = 60_000;

export async function handedOff(spec: ServiceSpec, pid: number): Promise<boolean> {
  const { program, home } = spec;
  const words = ['gateway', 'restart-handoff', 'consume', '--expected-pid', String(pid), '--json'];
  const env = supervisedEnvironment(spec, userInfo().username);
  try {
    const { exitCode, value } = await runCommand(words, { program, home, env, timeoutMs: withinMs });
    return exitCode === 0 && (value as { readonly status?: unknown } | undefined)?.status === 'accepted';
  } catch {
    // One that does not know the question hands nothing off: it is started again as any other.
    return false;
  }
}
