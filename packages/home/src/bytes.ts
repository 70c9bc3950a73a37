/** Sizes as people write them: `512KB`, `64MB`, `1GB`; a K is 1,024. */

const units: Readonly<Record<string, number>> = { B: 1, KB: 1_024, MB: 1_048_576, GB: 1_073_741_824 };

/** Bytes, a whole number from 1 on; undefined where `text` is no number with a unit behind it. */
export function parseBytes(text: string): number | undefined {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?) ?(B|KB|MB|GB)$/i.exec(text.trim()) ?? [];
  const bytes = Math.round(Number(amount) * (units[unit.toUpperCase()] ?? 0));
  return Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : undefined;
}
