/** The stream that is read: a chat completion of many small pieces, as a fast server sends a long answer. Pure. */

export const deltas = 50_000;
/** Bytes of one event: what a server repeats in each, and a few words. */
const eventBytes = 100;

const eventOf = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

const padding = eventBytes - eventOf({ content: '00000 ' }).length;

/** What the piece at this place says. */
export const pieceAt = (place: number): string => `${String(place).padStart(5, '0')} ${'.'.repeat(padding)}`;

/** The whole answer, byte for byte. */
export function chatStream(): string {
  const pieces = Array.from({ length: deltas }, (_, place) => eventOf({ content: pieceAt(place) }));
  return `${pieces.join('')}${eventOf({}, 'stop')}data: [DONE]\n\n`;
}
