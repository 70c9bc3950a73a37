/**
 * Pipelines that come with the product and are no files. People do not start them: what they do begins with a request
 * of its own. Nobody's file takes their names.
 */

export const builtInPipelines = ['provision-agent', 'change-agent', 'deprovision-agent', 'upgrade-family'] as const;
export type BuiltInPipeline = (typeof builtInPipelines)[number];

/** Undefined where the name is free; else what is wrong, and what to do. */
export function builtInNameProblem(id: string): string | undefined {
  if (!(builtInPipelines as readonly string[]).includes(id)) return undefined;
  return `"${id}" is the name of a pipeline that comes with Perdure and makes agents of a family; give the file and its id another name`;
}
