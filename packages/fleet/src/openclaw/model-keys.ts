/**
 * Whether the model of a gateway has a key. Our plugin finds it out as a turn would, in the gateway that runs; `models
 * status` of OpenClaw costs a start of its command line, and says of a provider without a key that nothing is known
 * of it (2026.8.2, 2026.9.6).
 */

import { z } from 'zod';
import type { ModelAccess } from '../core/ports.ts';
import { askLocally } from './local-http.ts';
import { failureIn } from './failure.ts';

/** The route of our plugin. `untold`: an older plugin, or a release that gives a plugin no such answer. */
export async function askModelAccess(
  port: number,
  { token, timeoutMs }: { readonly token: string; readonly timeoutMs: number },
): Promise<ModelAccess> {
  const signal = AbortSignal.timeout(timeoutMs);
  const answer = await askLocally({ port, path: '/sesame/model', signal, token });
  if (answer.kind === 'silent') return { kind: 'silent' };
  return answer.kind === 'answer' && answer.status === 200 ? accessIn(answer.body) : { kind: 'untold' };
}

const accessSchema = z.discriminatedUnion('isUsable', [
  z.object({ isUsable: z.literal(true) }),
  z.object({ isUsable: z.literal(false), provider: z.string() }),
]);

function accessIn(body: unknown): ModelAccess {
  const { data } = accessSchema.safeParse(body);
  if (data === undefined) return { kind: 'untold' };
  if (data.isUsable) return { kind: 'usable' };
  return { kind: 'unusable', provider: data.provider };
}

const modelsSchema = z.object({
  auth: z.object({
    missingProvidersInUse: z.array(z.string()).optional(),
    modelRouteIssues: z
      .array(z.object({ kind: z.string(), provider: z.string().optional(), evidence: z.string().optional() }))
      .optional(),
  }),
});

export type ModelKeys =
  /** Providers that are in use and have none. */
  { readonly kind: 'told'; readonly missing: readonly string[] } | { readonly kind: 'untold'; readonly why: string };

/** `models`: what `models status` answered. Where it has nothing against a provider, another way to it is there. */
export function modelKeysOf(access: ModelAccess, models: unknown): ModelKeys {
  const told = statusIn(models);
  const unusable = access.kind === 'unusable' ? [access.provider] : [];
  if (told === undefined) {
    const why = failureIn(models) ?? 'no answer';
    const missing = [...new Set([...unusable, ...unresolvedIn(why)])];
    return missing.length > 0 ? { kind: 'told', missing } : { kind: 'untold', why };
  }
  const doubtful = unusable.filter((provider) => told.doubted.has(provider));
  return { kind: 'told', missing: [...new Set([...told.missing, ...doubtful])] };
}

/** Some releases tell of a key that is missing by the provider, some by the way to a model. */
function statusIn(models: unknown) {
  const { data } = modelsSchema.safeParse(models);
  if (data === undefined) return undefined;
  const { missingProvidersInUse = [], modelRouteIssues = [] } = data.auth;
  const routes = modelRouteIssues.flatMap(({ kind, provider }) => (kind === 'missing-auth' ? (provider ?? []) : []));
  const missing = [...missingProvidersInUse, ...routes];
  // `synthetic`: one that wants no key of its own, as a server of this machine, or a program that has logged in.
  const issues = modelRouteIssues.filter(({ evidence }) => evidence !== 'synthetic');
  return { missing, doubted: new Set([...missing, ...issues.flatMap(({ provider }) => provider ?? [])]) };
}

/** It ends with these words where a reference leads nowhere, and tells of nothing else then. */
const unresolvedIn = (why: string): readonly string[] =>
  [...why.matchAll(/models\.providers\.([^.\s]+)\.apiKey is unresolved/g)].flatMap(([, provider]) => provider ?? []);
