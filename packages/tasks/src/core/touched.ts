/** Files that changed or were written while a check ran, for a sentence. */

import type { Evidence } from '@perdure/contract';

/** `: a, b and 12 more`; empty where nobody wrote down which. */
export function touchedText({ files_touched: touched }: Pick<Evidence, 'files_touched'>): string {
  if (touched === undefined || touched.names.length === 0) return '';
  const rest = touched.count - touched.names.length;
  const names = touched.names.map((name) => name.replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')).join(', ');
  return `: ${names}${rest > 0 ? ` and ${rest} more` : ''}`;
}
