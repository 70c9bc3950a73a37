/** Secrets of tools and of model servers: asked of the server with each call, kept by nobody, hidden afterwards. */

export { lendToTools } from './for-tools.ts';
export { withModelSecrets } from './for-models.ts';
export { keepOutOf } from './keep-out.ts';
export { createLender, type AskSecrets } from './lender.ts';
