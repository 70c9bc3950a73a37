/**
 * Whether a gateway that ended cleanly left word that it is to be started anew, as it does for an update of itself.
 * Asking takes that word away, so that it counts once.
 */

import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import type { ServiceSpec } from '../../core/ports.ts';
import { supervisedEnvironment } from '../../openclaw/run.ts';

/** A cold start of its command line on a busy machine. */
const withinMs = 60_000;

export async function handedOff(spec: ServiceSpec, pid: number): Promise<boolean> {
  const { node, entry } = spec.program;
  const words = [entry, 'gateway', 'restart-handoff', 'consume', '--expected-pid', String(pid), '--json'];
  try {
    const env = supervisedEnvironment(spec, userInfo().username);
    const { stdout } = await promisify(execFile)(node, words, { env, cwd: spec.home, timeout: withinMs });
    const { status } = JSON.parse(stdout) as { readonly status?: unknown };
    return status === 'accepted';
  } catch {
    // One that does not know the question hands nothing off: it is started again as any other.
    return false;
  }
}
