/**
 * An error goes up from the step that met it through all that it is a part of, with the same sentence. It is said where
 * it was met, and once. Pure.
 */

import type { RunEvent } from '@perdure/contract';

/**
 * `new`: to be said. `within`: said at a part of this. `elsewhere`: said at another step, which met the same.
 */
export type Saying = 'new' | 'within' | 'elsewhere';

/** Events in their order. */
export function createSaidOnce(): (event: RunEvent) => Saying {
  /** Key of the step where a sentence was said. */
  const said = new Map<string, string>();
  return ({ type, data }) => {
    if (type === 'run.retried' || type === 'run.resumed') said.clear();
    if (type === 'step.failed') {
      const { message } = data.error;
      const at = said.get(message);
      if (at === undefined) said.set(message, data.key);
      if (at === undefined) return 'new';
      return at.startsWith(`${data.key}/`) || data.key === at ? 'within' : 'elsewhere';
    }
    const error = type === 'run.failed' || type === 'run.needs_attention' ? data.error : undefined;
    return error !== undefined && said.has(error.message) ? 'within' : 'new';
  };
}
