/** The name under which the demo model is asked: the launcher hands it to the worker, the demo model answers to it. */

export const demoModelId = 'demo-model';
