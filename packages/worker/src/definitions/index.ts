/** Where agents, pipelines and tools lie, and how the files of pipelines and tools are loaded: this executes them. */

export { callMistakes } from './code/call-mistakes.ts';
export { namesInCode, type NamedKind } from './code/names-in-code.ts';
export { loadPipelines, type LoadedPipelines } from './pipelines.ts';
export { definitionRoots, shippedRoot, type DefinitionRoot } from './roots.ts';
export { pipelineTemplate } from './template.ts';
export { findCompiler, typeSettings } from './type-settings.ts';
