/** The demo model as a process: started by the launcher where no model is configured. */

import { runChild } from '@perdure/process';
import { startDemoModel } from './index.ts';

runChild('demo-model', async ({ log }) => {
  const { env } = process;
  const model = await startDemoModel({
    port: Number(env['PERDURE_DEMO_MODEL_PORT'] ?? '7378'),
    logFile: env['PERDURE_DEMO_MODEL_LOG'],
    scriptFile: env['PERDURE_DEMO_MODEL_SCRIPT'],
    log,
  });
  log(`demo model at ${model.url}`);
  return { ready: { port: model.port }, close: () => model.close() };
});
