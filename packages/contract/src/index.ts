/** The language that every part of Perdure speaks. Depends on zod alone and runs anywhere. */

export * from './authoring.ts';
export * from './catalogue.ts';
export * from './compact.ts';
export * from './errors.ts';
export * from './health.ts';
export * from './ids.ts';
export * from './json.ts';
export * from './routes.ts';
export * from './runs/events.ts';
export * from './runs/schema.ts';
export * from './runs/status.ts';
export * from './runs/step-facts.ts';
export * from './runs/step-state.ts';
export * from './runs/undo.ts';
export * from './tasks/schema.ts';
export * from './tasks/status.ts';
export * from './tasks/view.ts';
export * from './tools.ts';
