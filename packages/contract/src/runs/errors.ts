/** How a run, a step, a model or a tool fails, and what stops a run until somebody decides. */

import type { ErrorEntry } from '../errors/entry.ts';

export const runErrors = {
  run_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Run failed',
    hint: '`perdure runs show` shows the failed step; `perdure runs retry` goes on at it.',
  },
  run_cancelled: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Run cancelled',
    hint: 'Start it again.',
  },
  needs_attention: {
    httpStatus: 202,
    retryable: false,
    exitCode: 1,
    title: 'Needs attention',
    hint: '`perdure runs show` says why; `perdure runs resume` goes on.',
  },
  step_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Step failed',
    hint: '`perdure runs retry` goes on at this step.',
  },
  model_rejected: {
    httpStatus: 502,
    retryable: false,
    exitCode: 1,
    title: 'Model refused the request',
    hint: 'Check AI_BASE_URL, AI_API_KEY and MODEL_ID.',
  },
  model_unavailable: {
    httpStatus: 502,
    retryable: true,
    exitCode: 5,
    title: 'Model not available',
    hint: 'Is the model server up? `perdure runs retry` goes on at this step.',
  },
  contract_broken: {
    httpStatus: 502,
    retryable: false,
    exitCode: 1,
    title: 'Answer does not match the output contract',
    hint: 'Simplify the Output Contract or use a stronger model; `perdure runs retry` asks again.',
  },
  review_exhausted: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Not approved within the allowed rounds',
    hint: 'Allow more rounds, or return the last version with `onExhausted: "return"`.',
  },
  undo_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Effects that could not be taken back',
    hint: 'Take them back by hand; `perdure runs show` names each.',
  },
  tool_failed: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Tool failed',
    hint: '`perdure runs retry` calls the tool again.',
  },
  outcome_unknown: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Outcome of a tool call not known',
    hint: 'Find out whether it took effect, then answer: `perdure waits` shows the question.',
  },
  budget_exhausted: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'Budget used up',
    hint: '`perdure runs resume` grants the same budget again; `perdure runs cancel` ends the run.',
  },
  no_progress: {
    httpStatus: 409,
    retryable: false,
    exitCode: 1,
    title: 'The agent goes round in circles',
    hint: 'Tell it what to do with `perdure runs steer`, then `perdure runs resume`.',
  },
  turns_exhausted: {
    httpStatus: 500,
    retryable: false,
    exitCode: 1,
    title: 'Turns of the agent used up',
    hint: 'Raise `maxTurns` in its AGENT.md, then `perdure runs retry`.',
  },
} as const satisfies Record<string, ErrorEntry>;
