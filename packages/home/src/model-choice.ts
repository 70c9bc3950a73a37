/**
 * Which model answers: the one configured, or the demo model where nothing is configured. Half a configuration is an
 * error.
 */

import { PerdureError } from '@perdure/contract';
import { settingsTable, type Settings } from './settings-table.ts';

export type ModelChoice =
  | { readonly kind: 'demo' }
  | { readonly kind: 'configured'; readonly baseUrl: string; readonly apiKey: string; readonly modelId: string };

/** `demo` forces the demo model, whatever is configured. */
export function chooseModel(settings: Settings, options: { readonly demo?: boolean } = {}): ModelChoice {
  if (options.demo) return { kind: 'demo' };
  const { baseUrl, apiKey, modelId } = settings;
  if (baseUrl !== undefined && apiKey !== undefined && modelId !== undefined) {
    return { kind: 'configured', baseUrl, apiKey, modelId };
  }
  const names = ['baseUrl', 'apiKey', 'modelId'] as const;
  const missing = names.filter((name) => settings[name] === undefined).map((name) => settingsTable[name].env);
  if (missing.length === names.length) return { kind: 'demo' };
  throw new PerdureError(
    'config_invalid',
    `The model is configured by half: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing; set all of AI_BASE_URL, AI_API_KEY and MODEL_ID, or none of them (\`perdure up --demo\`) for the demo model.`,
    { details: { missing } },
  );
}
