/** Where agents, pipelines and tools lie, and how the files of pipelines and tools are loaded: this executes them. */

export { loadPipelines, type LoadedPipelines } from './pipelines.ts';
export { definitionRoots, shippedRoot, type DefinitionRoot } from './roots.ts';
export { pipelineTemplate } from './template.ts';
export { findCompiler, typeSettings } from './type-settings.ts';
