/** Commands about models. */

import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { wholeNumber, type CommonOptions } from '../cli/options.ts';
import type { CheckOptions } from './check.ts';

export function declareModels({ program, rim, run }: Declaration): void {
  const models = noun(program, 'models', 'Models and their servers: list, check, forget');
  leaf(models, 'list', {
    summary: 'Models that the worker may ask, and what was learnt of them',
    example: 'perdure models list',
  }).action(run(async (options: CommonOptions) => (await import('./list.ts')).listModels(rim, options)));
  leaf(models, 'check [names...]', {
    summary: 'Ask each model three small questions: reachable, key, streaming, schema, tools',
    example: 'perdure models check groq/llama-3.3-70b',
  })
    .option('--timeout <seconds>', 'how long each question may take (default: 20)', wholeNumber('--timeout', 1, 3_600))
    .action(
      run(async (names: readonly string[], options: CheckOptions) =>
        (await import('./check.ts')).checkModels(rim, names, options),
      ),
    );
  leaf(models, 'forget <model>', {
    summary: 'Forget what was learnt of a model, so that it is asked for everything again',
    example: 'perdure models forget groq/llama-3.3-70b',
  }).action(
    run(async (model: string, options: CommonOptions) =>
      (await import('./forget.ts')).forgetModel(rim, model, options),
    ),
  );
}
