/** Spans of time as people write them: `500ms`, `30s`, `15m`, `24h`, `7d`. */

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds, a whole number from 1 on; undefined where `text` is no number with a unit behind it. */
export function parseDuration(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (unitMs[unit] ?? 0));
  return Number.isSafeInteger(ms) && ms >= 1 ? ms : undefined;
}
