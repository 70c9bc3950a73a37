/**
 * `perdure models check`: asks the models themselves, from this process, whether or not the product runs. Exit code 1
 * where one of them cannot do something.
 */

import { randomUUID } from 'node:crypto';
import { compact, errorCatalogue, PerdureError } from '@perdure/contract';
import type { ModelCheck } from '@perdure/models/check';
import type { ResolvedModels } from '@perdure/models/servers';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { paintFor } from '../text/paint.ts';
import { connect } from '../client/connect.ts';
import { openReference, parseReference } from '../vault/open.ts';
import { askingTurn, type ReadSecrets } from './asking-turn.ts';
import { findModels } from './find-models.ts';
import { checksView, type CheckedModel } from './view-check.ts';

export interface CheckOptions extends CommonOptions {
  /** Seconds. */
  readonly timeout?: number;
}

const defaultTimeout = 20;

export async function checkModels(rim: Rim, names: readonly string[], options: CheckOptions): Promise<number> {
  const { models, wanted } = await findModels(rim, names, options);
  const limitMs = (options.timeout ?? defaultTimeout) * 1_000;
  const readSecrets = readAsOwner(rim, options);
  const checked: CheckedModel[] = [];
  // One after the other: a server on this machine that is asked for two models loads one and throws out the other.
  for (const model of wanted) {
    if (options.json !== true) say(rim, `Asking ${model} …`);
    checked.push(await about(await check(model, models, { rim, limitMs, readSecrets }), models, rim));
  }
  printData(rim, options, checked, (columns) => checksView(checked, { paint: paintFor(rim.env, rim.stdout), columns }));
  const isGood = checked.every(({ checks }) => Object.values(checks).every(({ kind }) => kind === 'ok'));
  return isGood ? 0 : errorCatalogue.model_rejected.exitCode;
}

async function check(
  model: string,
  models: ResolvedModels,
  { rim, limitMs, readSecrets }: { readonly rim: Rim; readonly limitMs: number; readonly readSecrets: ReadSecrets },
): Promise<ModelCheck> {
  const { checkModel } = await import('@perdure/models/check');
  const { turn, learnt } = await askingTurn(models, { now: () => rim.now(), readSecrets });
  return await checkModel(model, {
    turn,
    learnt,
    now: () => performance.now(),
    newId: randomUUID,
    limitMs,
    deadline: (ms) => AbortSignal.timeout(ms),
  });
}

/** Whoever checks is the owner, and not the worker: what they may be given is asked of the vaults, and no grant. */
function readAsOwner(rim: Rim, options: CheckOptions): ReadSecrets {
  return async ({ name: server, secrets = [] }) => {
    const client = connect(rim, options);
    const values: Record<string, string> = {};
    for (const { name, reference } of secrets) {
      const fields = await openReference(client, parseReference(reference), `perdure models check: ${server}`);
      const [value, ...more] = Object.values(fields);
      if (value === undefined || more.length > 0) {
        throw new PerdureError(
          'config_invalid',
          `vault:${reference} has several fields: write vault:<vault>/<item>/<field>.`,
        );
      }
      values[name] = value;
    }
    return values;
  };
}

async function about(found: ModelCheck, models: ResolvedModels, rim: Rim): Promise<CheckedModel> {
  const { proxyFor } = await import('@perdure/models/servers');
  const { baseUrl } = models.describe(found.model).target.server;
  return {
    ...found,
    origin: new URL(baseUrl).origin,
    ...compact({ proxy: proxyFor(baseUrl, rim.env)?.origin }),
  };
}
