/** What is said of a pipeline or a tool that a run needs and that is not there. Pure. */

import type { WhyLeftOut } from './tool-port.ts';

/** A sentence without its end, which says what to do before the run is resumed. */
export function notLoaded(kind: 'pipeline' | 'tool', id: string, whyLeftOut: WhyLeftOut | undefined): string {
  const why = whyLeftOut?.(kind, id);
  return why === undefined
    ? `The ${kind} "${id}" is not loaded; put it back (\`perdure ${kind}s check\` tells what is wrong)`
    : `The ${kind} "${id}" is not loaded: ${why}; \`perdure ${kind}s check\` tells when it is in order`;
}
