/**
 * What a failed request means, and what to do about it: one sentence for a person, with the server's words where it had
 * some. The prompt and the key are never in it.
 */

import { compact, PerdureError } from '@perdure/contract';
import { modelName, type ModelTarget, type TurnLimits } from '../turn/server.ts';
import {
  isAway,
  isMisconfigured,
  isMisspoken,
  mayPass,
  type FailureCause,
  type ModelFailure,
  type StatusFailure,
} from './failure.ts';
import type { Limit } from './http.ts';

export interface FailureContext {
  readonly target: ModelTarget;
  readonly hasTools: boolean;
  /** Milliseconds since the epoch, to read a `Retry-After` date. */
  readonly now: number;
  /** The end of what the server sent. */
  readonly tail?: string | undefined;
}

export function modelError(failure: ModelFailure, context: FailureContext): PerdureError {
  const { target, tail, now } = context;
  const said = `The model server at ${originOf(target.server.baseUrl)} ${whatHappened(failure, context)}`;
  const code = mayPass(failure) ? 'model_unavailable' : 'model_rejected';
  const retryAfter = failure.kind === 'status' ? failure.retryAfter : undefined;
  return new PerdureError(code, said, {
    details: {
      asked: modelName(target),
      ...compact({
        status: failure.kind === 'status' ? failure.status : undefined,
        away: isAway(failure) ? true : undefined,
        misconfigured: isMisconfigured(failure) ? true : undefined,
        retryAfterMs: retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now),
        tail: tail === undefined || tail === '' ? undefined : tail,
      }),
    },
  });
}

/** Scheme, host and port; not the URL, which could carry a secret. */
export function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : 'an address that is none';
}

function whatHappened(failure: ModelFailure, context: FailureContext): string {
  const names = settingNames(context.target);
  switch (failure.kind) {
    case 'status':
      return `${answered(failure, context.target)}: ${remedyOf(failure, context)}.`;
    case 'unreachable':
      return isMisspoken(failure)
        ? `cannot be spoken with (${failure.reason}); check that ${names.baseUrl} begins with http or https as the server wants it, and that its certificate is trusted.`
        : `cannot be reached${because(failure)}; check that it is up and that ${names.baseUrl} is right.`;
    case 'cut':
      return `broke off before its answer was complete${because(failure)}; try again.`;
    case 'limit':
      return limitSentence(failure.limit, context.target);
    case 'odd':
      return `answered something that cannot be understood: in chunk ${failure.chunk}, ${failure.field} is ${failure.what}; asking again would bring the same, so look at the server (the end of its answer is kept with the step).`;
    case 'no_answer':
      return `answered with ${failure.contentType} that holds no answer of a model; check that ${names.baseUrl} names its API, version included, and that ${names.api} is the one it speaks.`;
    default:
      return failure satisfies never;
  }
}

const because = ({ reason }: { readonly reason?: string }): string => (reason === undefined ? '' : ` (${reason})`);

function answered({ status, reason, words }: StatusFailure, { model }: ModelTarget): string {
  const code = status === undefined ? 'with an error' : String(status);
  const quoted = words === undefined ? '' : `, "${words.replaceAll('"', "'")}"`;
  return `answered ${code}${reason === undefined ? '' : ` (${reason})`} for ${model}${quoted}`;
}

interface SettingNames {
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  readonly context: string;
  readonly api: string;
}

/** As the person wrote them: in the environment, or in the file. */
function settingNames({ server }: ModelTarget): SettingNames {
  const { name } = server;
  if (name === 'default') {
    return {
      baseUrl: 'AI_BASE_URL',
      key: 'AI_API_KEY',
      model: 'MODEL_ID',
      context: 'PERDURE_CONTEXT_TOKENS',
      api: 'model.api',
    };
  }
  return {
    baseUrl: `models.${name}.baseUrl`,
    key: `models.${name}.key`,
    model: 'the name of the model',
    context: `models.${name}.contextTokens`,
    api: `models.${name}.api`,
  };
}

function remedyOf({ cause, status, words, reason }: StatusFailure, { target, hasTools }: FailureContext): string {
  const { baseUrl, key, model, context } = settingNames(target);
  const isRefusal = cause === 'request' || cause === 'address' || cause === 'model';
  if (isRefusal && hasTools && /\btool|function.?call/i.test(`${reason ?? ''} ${words ?? ''}`)) {
    return 'the model takes no tools, or not these; use a model with tools, or remove "tools" from the front matter of the agent';
  }
  const remedies: Readonly<Record<FailureCause, string>> = {
    request: `the request does not suit this model; check ${model} and the settings in the front matter of the agent`,
    context: `the prompt is longer than the model's context; give the server a larger one, or set ${context} to what it has`,
    key:
      status === 403
        ? `the key may not use this model; check ${key} and ${model}`
        : `the key was not accepted; check ${key}`,
    credit: 'the account has no credit left; add some at the provider',
    model: `there is no such model; check ${model}`,
    address: `there is no such address or model; check ${baseUrl} and ${model}`,
    busy: 'it has too many requests; try again later',
    output: 'what the model wrote did not pass the check of the server; asked again it may',
    server: 'it cannot answer now; try again later',
    policy: 'the provider does not allow this prompt; change what the agent is asked',
  };
  return remedies[cause];
}

function limitSentence(limit: Limit, { server }: ModelTarget): string {
  const isDefault = server.name === 'default';
  const setting = (name: keyof TurnLimits, env: string): string => {
    const field = name.replace(/Ms$/, '');
    return isDefault ? `PERDURE_MODEL_${env}` : `models.${server.name}.limits.${field}`;
  };
  const { firstByteMs, silenceMs, wholeMs, bytes } = server.limits;
  switch (limit) {
    case 'first-byte':
      return `sent nothing for ${duration(firstByteMs)}: it is too slow for this prompt, or stuck; raise ${setting('firstByteMs', 'FIRST_BYTE')} if it needs longer.`;
    case 'silence':
      return `fell silent for ${duration(silenceMs)} in the middle of its answer; raise ${setting('silenceMs', 'SILENCE')} if it needs longer.`;
    case 'whole':
      return `was not done after ${duration(wholeMs)}; raise ${setting('wholeMs', 'WHOLE')} if it needs longer.`;
    case 'bytes':
      return `sent more than ${Math.round(bytes / 1024 / 1024)} MB for one answer, which was broken off; raise ${setting('bytes', 'BYTES')} if such answers are wanted.`;
    default:
      return limit satisfies never;
  }
}

function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  return `${Math.round(ms / 60_000)} minutes`;
}

const maxRetryAfterMs = 10 * 60_000;

/**
 * `Retry-After` in milliseconds from `now`: seconds or an HTTP date, at most ten minutes; undefined where it is
 * neither.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.ceil(ms), 0), maxRetryAfterMs);
}
