/** What the code of a pipeline says before it runs. A parser comes with it, so that only who looks loads it. */

export { callMistakes } from './call-mistakes.ts';
export { namesInCode, type NamedKind } from './names-in-code.ts';
