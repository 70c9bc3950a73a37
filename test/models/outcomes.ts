/** What is expected of many shapes alike. */

import { good, type Expectation } from './shape.ts';

/** The careful answer, at the first request. */
export const completes: Expectation = { status: 'completed', output: good, requests: 1 };

/** The careful answer, once the model was told what is wrong, or the server asked again. */
export const completesAfter = (requests: number, more: Partial<Expectation> = {}): Expectation => ({
  ...completes,
  requests,
  ...more,
});

/** `lookup` was called for Oslo, and its result brought the careful answer. */
export const looksUp = (more: Partial<Expectation> = {}): Expectation => ({
  ...completes,
  calls: [['lookup', { city: 'Oslo' }]],
  requests: 2,
  sends: ['rain in Oslo'],
  ...more,
});

/** Final at the first request: asking again would bring the same. */
export const rejected = (says: readonly RegExp[], more: Partial<Expectation> = {}): Expectation => ({
  status: 'failed',
  requests: 1,
  error: { code: 'model_rejected', says },
  ...more,
});

/** The server would refuse any question: the run stops with everything kept, until somebody has mended that. */
export const stops = (says: readonly RegExp[], more: Partial<Expectation> = {}): Expectation =>
  rejected([...says, /runs resume/], { status: 'needs_attention', ...more });

/** What was needed could not be understood: the message names the chunk and the field. */
export const odd = (field: RegExp, chunk?: number): Expectation =>
  rejected([field, chunk === undefined ? /chunk \d+/i : new RegExp(`chunk ${chunk}\\b`, 'i')]);
