/**
 * A turn of the agent: one question to the model server of the settings, or an echo where OpenClaw knows its own. It
 * rejects with what is told of a turn that failed.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { keyOf, type FakeSettings } from './home.ts';

export async function takeTurn(settings: FakeSettings, text: string, { turnMs }: { readonly turnMs: number }) {
  await delay(turnMs);
  const [provider = '', ...model] = (settings.agents?.defaults?.model?.primary ?? '').split('/');
  const { baseUrl } = settings.models?.providers?.[provider] ?? {};
  const key = keyOf(settings, provider);
  if (baseUrl === undefined) return `You said: ${text}`;
  const messages = [
    { role: 'system', content: 'You are an agent.' },
    { role: 'user', content: text },
  ];
  const name = `${provider}/${model.join('/')}`;
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: model.join('/'), messages }),
  });
  if (!response.ok) throw new Error(`⚠️ ${name} request failed (HTTP ${response.status}).`);
  const answer = (await response.json()) as {
    readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
  };
  return answer.choices?.[0]?.message?.content ?? '';
}
