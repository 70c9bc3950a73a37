/** A turn of the agent: one question to the model server of the settings, or an echo where OpenClaw knows its own. */

import { setTimeout as delay } from 'node:timers/promises';
import { secretOf, type FakeSettings } from './home.ts';

export async function takeTurn(settings: FakeSettings, text: string, { turnMs }: { readonly turnMs: number }) {
  await delay(turnMs);
  const [provider = '', ...model] = (settings.agents?.defaults?.model?.primary ?? '').split('/');
  const { baseUrl, apiKey } = settings.models?.providers?.[provider] ?? {};
  const key = secretOf(settings, apiKey);
  if (key === undefined) return `⚠️ Agent failed before reply: No API key found for provider "${provider}".`;
  if (baseUrl === undefined) return `You said: ${text}`;
  const messages = [
    { role: 'system', content: 'You are an agent.' },
    { role: 'user', content: text },
  ];
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: model.join('/'), messages }),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const answer = (await response.json()) as {
      readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
    };
    return answer.choices?.[0]?.message?.content ?? '';
  } catch (error) {
    return `⚠️ The AI service returned an error. ${(error as Error).message}`;
  }
}
