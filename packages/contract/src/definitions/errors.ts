/** Failures of what people define: agents, pipelines and tools. */

import type { ErrorEntry } from '../errors/entry.ts';

export const definitionErrors = {
  definition_invalid: {
    httpStatus: 400,
    retryable: false,
    exitCode: 1,
    title: 'Invalid agent, pipeline or tool',
    hint: '`perdure agents check`, `pipelines check` and `tools check` name file, line and remedy.',
  },
} as const satisfies Record<string, ErrorEntry>;
