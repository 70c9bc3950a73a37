/**
 * What OpenClaw's commands answer, read as strangers' words are: each release says what it says, and what is not there
 * is not known. Nothing is concluded from a number of a version.
 */

import { shortened } from '@perdure/contract';
import { z } from 'zod';
import type { GatewayHealth } from '../core/ports.ts';
import { longestWords } from './failure.ts';
import type { ModelKeys } from './model-keys.ts';

/** Of our plugin, and of its channel. */
const ours = 'sesame';

const findingSchema = z.object({ path: z.string().optional(), message: z.string() });
const validationSchema = z.object({
  valid: z.boolean(),
  issues: z.array(findingSchema).optional(),
  warnings: z.array(findingSchema).optional(),
});

/** What is wrong with settings, in sentences. Undefined: this was no such answer. */
export function problemsOfSettings(answer: unknown): readonly string[] | undefined {
  const { data } = validationSchema.safeParse(answer);
  if (data === undefined) return undefined;
  // Of what OpenClaw only warns of, what concerns our plugin is an agent that nobody would ever hear of.
  const warnings = (data.warnings ?? []).filter(({ path = '', message }) => `${path} ${message}`.includes(ours));
  const findings = [...(data.issues ?? []), ...warnings].slice(0, mostFindings).map(sentenceOf);
  return data.valid || findings.length > 0 ? findings : ['OpenClaw finds its settings wrong, and does not say why'];
}

/** A person reads them, in a message that has an end. What stands in settings may be as long as they are. */
const mostFindings = 20;

const sentenceOf = ({ path = '', message }: z.infer<typeof findingSchema>): string =>
  shortened(path === '' ? message : `${path}: ${message}`, longestWords);

const channelSchema = z.object({
  running: z.boolean().optional(),
  connected: z.boolean().nullish(),
  lastError: z.string().nullish(),
});
const healthSchema = z.object({
  ok: z.literal(true),
  plugins: z
    .object({
      loaded: z.array(z.string()),
      errors: z.array(z.unknown()).optional(),
    })
    .optional(),
  channels: z.record(z.string(), z.unknown()).optional(),
  defaultAgentId: z.string().optional(),
});
export type HealthAnswer = z.infer<typeof healthSchema>;

export const healthIn = (answer: unknown): HealthAnswer | undefined => healthSchema.safeParse(answer).data;

/** `words`: what our plugin said last of why it is not connected. */
export function healthOf(
  health: HealthAnswer,
  { keys, words }: { readonly keys: ModelKeys; readonly words: string | undefined },
): GatewayHealth {
  const isPluginLoaded = health.plugins?.loaded.includes(ours) ?? false;
  const missing = keys.kind === 'told' ? keys.missing : [];
  const told = channelSchema.safeParse(health.channels?.[ours]).data;
  const isChannelRunning = channelState(health, told);
  return {
    isPluginLoaded,
    isChannelRunning,
    isModelTold: keys.kind === 'told',
    missingProviders: missing,
    problems: [
      ...(isPluginLoaded ? [] : [pluginProblem(health)]),
      ...(isPluginLoaded && isChannelRunning === false ? [channelProblem(words ?? told?.lastError)] : []),
      ...(keys.kind === 'told'
        ? []
        : [`Whether its model has a key is not known (${keys.why}); \`openclaw models status\` may tell more.`]),
      ...missing.map(
        (provider) =>
          `No API key found for provider ${provider}: put one into the vault of the agent, and name it with \`perdure family change --key\`.`,
      ),
    ],
  };
}

/** Undefined: this release does not tell. One that tells of channels, and not of ours, has not got it. */
function channelState(
  { channels }: HealthAnswer,
  told: z.infer<typeof channelSchema> | undefined,
): boolean | undefined {
  if (channels === undefined) return undefined;
  if (channels[ours] === undefined) return false;
  if (told?.connected === false) return false;
  return told?.running;
}

function pluginProblem({ plugins }: HealthAnswer): string {
  const remedy = '`perdure family repair` copies it to extensions/sesame of its home.';
  const why = (plugins?.errors ?? []).map((one) => JSON.stringify(one)).find((one) => one.includes(ours));
  return why === undefined
    ? `The plugin sesame is not loaded, so nobody hears the agent: ${remedy}`
    : `The plugin sesame could not be loaded (${why.slice(0, 300)}): ${remedy}`;
}

function channelProblem(said: string | null | undefined): string {
  if (said === null || said === undefined || said === '') {
    return 'Its channel does not run; look into its log, and restart it.';
  }
  const lastError = shortened(said, longestWords);
  if (/\b401\b|unauthenticated|invalid.*key|not authenticated/i.test(lastError)) {
    return `The hub refuses its key (${lastError}): \`perdure family repair\` gives it a new one.`;
  }
  return `Its channel is not connected (${lastError}): see whether the hub is up; it comes back by itself.`;
}

const agentSchema = z.object({
  status: z.string().optional(),
  result: z.object({ payloads: z.array(z.object({ text: z.string().nullish() })) }),
});

/** What the agent said. Undefined: this was no answer of a turn. */
export function textOfTurn(answer: unknown): string | undefined {
  const { data } = agentSchema.safeParse(answer);
  // One that failed has a text as well: what a channel would be told of it.
  if (data === undefined || (data.status ?? 'ok') !== 'ok') return undefined;
  return data.result.payloads.flatMap(({ text }) => text ?? []).join('\n');
}

const backupSchema = z.object({ archivePath: z.string(), verified: z.literal(true) });
/** Undefined: there is none that was read back. */
export const archiveIn = (answer: unknown): string | undefined => backupSchema.safeParse(answer).data?.archivePath;
