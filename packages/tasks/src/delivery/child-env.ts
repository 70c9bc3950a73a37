/** What a program that sends a report may know of our environment: where things are, and nothing that opens a door. */

import type { Environment } from '../evidence/secrets.ts';

const harmless =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TERM|XDG_RUNTIME_DIR|XDG_CONFIG_HOME)$/;

export function senderEnvironment(env: Environment, also: RegExp, given: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => harmless.test(name) || also.test(name));
  return { ...Object.fromEntries(kept), ...given };
}

/** Matches no name. */
export const nothingElse = /^(?!)/;
