/**
 * Holds values of models, people and tools against schemas that somebody else wrote, without letting either stop the
 * process: what may take long is checked in a thread, and given up after a while.
 */

export { compileSchema } from './compile.ts';
export { isPlain } from './effort.ts';
export { createSchemaChecks, type CheckLimits, type SchemaChecks } from './checks.ts';
export type { CheckOutcome, CheckProblem, SchemaCheck, Unchecked } from './outcome.ts';
export { uncheckedText } from './unchecked-text.ts';
