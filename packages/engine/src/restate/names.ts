/** Names under which Restate knows us. They are kept in its data: changing one orphans what is in flight. */

/** Virtual object: one per run, keyed by run id. */
export const runObject = 'perdure_run';
export const driveHandler = 'drive';
/** Service whose one handler answers: a call that comes back proves that engine and worker reach each other. */
export const probeService = 'perdure_probe';
export const pingHandler = 'ping';
